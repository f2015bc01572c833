#!/bin/sh
# Every C file is laid out as .clang-format says. Other releases of clang-format lay out differently.
cd "$(dirname "$0")/.." || exit 1
case $(clang-format --version 2>/dev/null) in
*version\ 14.*) ;;
*) echo "skipped: clang-format 14 is not installed"; exit 77 ;;
esac
find src test tools -name '*.c' -not -path 'test/tidy/*' -not -path '*/node_modules/*' |
    xargs clang-format --dry-run --Werror 2>&1 | grep -E 'error:' | head -n 20 >build/format.log
[ ! -s build/format.log ] || { cat build/format.log; echo "make format lays them out."; exit 1; }
