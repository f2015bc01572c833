#!/usr/bin/env python3
"""Changes the money core, one small mistake at a time, and sees whether its tests notice.

    scripts/mutants.py FOLDER [--count N] [--seed N] [--only FILE] [--fresh]    (`make mutants`)
    scripts/mutants.py FOLDER --plants [PART OF A NAME]                         (`make plants`)

Which files are the core, and which tests must notice, stands in test/core.txt. A mutant is compiled
in place of its file, linked with the tests before the library, and run on SQLite. It is

    killed      a test failed, or never ended
    refused     the compiler or the generator refused it: no mistake that anybody could make
    explained   it survived, and test/mutants/equivalent.txt says why it changes nothing
    survived    nobody noticed

What was found is kept in FOLDER/mutants/results and not tried again while the file and the tests
are as they were, so that a run can be broken off and goes on. The end is 1 when fewer than 95 % of
those that compiled are killed or explained.

A plant is a mistake with a name (test/plants/plants.txt) that a certain test must notice.
"""
import argparse, concurrent.futures, hashlib, os, re, shlex, signal, subprocess, sys, threading

# ---- the mistakes ----

SWAPS = [
    (r"(?<![<>=!\-])<(?![<=])", "<="), (r"<=", "<"), (r"(?<![->])>(?![>=])", ">="), (r">=", ">"),
    (r"==", "!="), (r"!=", "=="), (r"&&", "||"), (r"\|\|", "&&"),
    (r" \+ ", " - "), (r" - ", " + "), (r" \* ", " / "),
    (r"(?<![\w.\"\[{])0(?![\w.\"xX])", "1"), (r"(?<![\w.\"])1(?![\w.\"])", "0"),
    (r"\bmoney_add\(", "money_sub("), (r"\bmoney_sub\(", "money_add("),
    (r"\bmoney_neg\((\w[\w.\[\]>-]*)\)", r"(\1)"),
    (r"\bROUND_DOWN\b", "ROUND_HALF_UP"), (r"\bROUND_HALF_UP\b", "ROUND_DOWN"),
    (r"\btrue\b", "false"), (r"\bfalse\b", "true"),
    (r"\bfrom\b(?=[.\->])", "to"), (r"\bto\b(?=[.\->])", "from"),
    (r"(?<=return )!(?=\w)", ""), (r"\bif \((?!!)(\w[\w>.\-]*)\)", r"if (!\1)"),
    (r"\bif \(!(\w[\w>.\-]*)\)", r"if (\1)"),
]
SQL_SWAPS = [
    (r" <= ", " < "), (r" < ", " <= "), (r" >= ", " > "), (r" > ", " >= "), (r" = ", " <> "),
    (r" <> ", " = "), (r" \+ ", " - "), (r" - ", " + "), (r"\band\b", "or"), (r"\bor\b", "and"),
    (r"\bnot exists\b", "exists"), (r"\bis null\b", "is not null"), (r"\bis not null\b", "is null"),
    (r"\basc\b", "desc"), (r"\bdesc\b", "asc"),
]


def code_of(line):
    """The line without its comment and without what stands in double quotes, as long as before."""
    line = re.sub(r'"(\\.|[^"\\])*"', lambda m: '"' + "_" * (len(m[0]) - 2) + '"', line)
    return re.sub(r"(/\*.*|//.*)$", lambda m: " " * len(m[0]), line)


def mutants_of_c(lines):
    inside = False
    comment = False
    for at, line in enumerate(lines):
        if comment or line.lstrip().startswith("/*"):
            comment = "*/" not in line
            continue
        if line.startswith("{"):
            inside = True
        elif line.startswith("}"):
            inside = False
        code = code_of(line)
        # What only stops our own mistakes, or words them, is no part of the books.
        if not inside or re.search(r"\bassert\(|op_broken\(|op_fail\(|not reached:|str_printf", line):
            continue
        for pattern, to in SWAPS:
            for m in re.finditer(pattern, code):
                yield at, line[: m.start()] + m.expand(to) + line[m.end():]
        # A statement that is left out: a call alone, or an early way out.
        if re.match(r"    \s*if \(.*\) (return [^;]*|continue);$", code):
            yield at, re.match(r" *", line)[0] + ";"
        elif re.match(r"    \s*[\w\->.\[\]]+( [-+]?= |\+\+|--)[^;]*;$", code):
            yield at, re.match(r" *", line)[0] + ";"
        elif re.match(r"    \s*\w+\([^;]*\);$", code):
            yield at, re.match(r" *", line)[0] + ";"
        elif re.match(r"    \s*\.\w+ = [^=]*,$", code):
            yield at, ""


def mutants_of_sql(lines):
    for at, line in enumerate(lines):
        if line.lstrip().startswith("--") or not line.strip():
            continue
        for pattern, to in SQL_SWAPS:
            for m in re.finditer(pattern, line):
                yield at, line[: m.start()] + to + line[m.end():]
        # A condition that is left out.
        for m in re.finditer(r"\band (?:[\w.]+|:\w+) *(?:=|<>|<=|>=|<|>|is distinct from) *(?:[\w.:']+)", line):
            yield at, line[: m.start()] + line[m.end():]


# ---- running them ----

class Bench:
    def __init__(self, folder):
        self.folder = folder
        self.root = os.path.join(folder, "mutants")
        os.makedirs(self.root, exist_ok=True)
        words = open(os.path.join(folder, "mutants.flags")).read().split("\n")
        self.cc, self.cflags, self.link, self.fixture = (shlex.split(w) for w in words[:4])
        self.link += [f for f in self.cflags if f.startswith("-fsanitize")]
        # Nobody debugs a mutant, and to link what debuggers read takes as long as to compile it.
        self.library = os.path.join(self.root, "library.a")
        fresh = "%s.%d" % (self.library, os.getpid())
        subprocess.run(["strip", "-g", folder + "/libquittance.a", "-o", fresh], check=True)
        os.rename(fresh, self.library)
        self.lock = threading.Lock()
        self.results = {}
        self.kept = os.path.join(self.root, "results")
        if os.path.exists(self.kept):
            for row in open(self.kept):
                key, verdict, what = row.rstrip("\n").split("\t", 2)
                self.results[key] = (verdict, what)

    def keep(self, key, verdict, what):
        with self.lock:
            self.results[key] = (verdict, what)
            with open(self.kept, "a") as out:
                out.write("%s\t%s\t%s\n" % (key, verdict, what))

    def compile(self, source, text, work):
        """The object of a changed file, or None and what the compiler said."""
        os.makedirs(work, exist_ok=True)
        if source.endswith(".sql"):
            flat = os.path.join(work, source)
            os.makedirs(os.path.dirname(flat), exist_ok=True)
            open(flat, "w").write(text)
            made = os.path.join(work, "changed.c")
            tool = os.path.abspath(self.folder + "/tools/sqlgen")
            with open(made, "w") as out:
                run = subprocess.run([tool, "-c", source], stdout=out, stderr=subprocess.PIPE, cwd=work)
            if run.returncode:
                return None
        else:
            made = os.path.join(work, "changed.c")
            open(made, "w").write(text)
        flags = ["-O0"] + [f for f in self.cflags if f not in ("-MMD", "-MP", "-Werror", "-O1", "-g")]
        near = ["-iquote", os.path.dirname(source)]
        done = subprocess.run(self.cc + flags + near + ["-w", "-c", "-o", work + "/changed.o", made],
                              capture_output=True)
        return None if done.returncode else work + "/changed.o"

    def test(self, obj, name, work, seconds=120):
        """How the test ends with the changed object in it: None (it passes), failed, crashed, endless."""
        if name.startswith("sim "):
            objs = [self.folder + "/test/sim/" + f[:-2] + ".o" for f in os.listdir("test/sim") if f.endswith(".c")]
            args, library = name.split()[1:], []
        else:
            objs = [self.folder + "/" + name + ".o"] + self.fixture
            args, library = [], ["-lcmocka"]
        program = work + "/test"
        linked = subprocess.run(self.cc + ["-fuse-ld=gold", "-Wl,-s", "-pthread", "-o", program, obj] +
                                objs + [self.library] + self.link + library, capture_output=True)
        if linked.returncode:
            raise SystemExit("cannot link %s: %s" % (name, linked.stderr.decode()[-2000:]))
        env = {k: v for k, v in os.environ.items() if k != "QUITTANCE_TEST_POSTGRES"}
        # Seconds of the processor, because those of the clock are others' as well.
        limits = ["prlimit", "--cpu=%d" % seconds, "timeout", "-k", "5", str(seconds * 8), program]
        try:
            with subprocess.Popen(limits + args, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  start_new_session=True) as run:
                for row in run.stdout:
                    if b"[  FAILED  ]" in row:  # the others need not be run
                        os.killpg(run.pid, signal.SIGKILL)
                        return "failed"
        finally:
            os.unlink(program)
        if run.returncode == 0:
            return None
        endless = run.returncode in (124, 137, 128 + signal.SIGXCPU, -signal.SIGXCPU, -signal.SIGKILL)
        return "endless" if endless else "failed" if run.returncode == 1 else "crashed"

    def served(self, obj, what, work):
        """True when this test of real processes passes with the changed object in the server."""
        program = work + "/quittance"
        linked = subprocess.run(self.cc + ["-fuse-ld=gold", "-pthread", "-o", program, self.folder + "/src/main.o", obj,
                                           self.folder + "/libquittance.a"] + self.link, capture_output=True)
        if linked.returncode:
            raise SystemExit("cannot link the server: %s" % linked.stderr.decode()[-2000:])
        env = dict(os.environ, B=self.folder, PROGRAM=program)
        done = subprocess.run(["timeout", "-k", "5", "600", "test/processes/run", what], env=env,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.words = done.stdout.decode(errors="replace")
        return done.returncode == 0


def core():
    for row in open("test/core.txt"):
        words = row.split()
        if words and words[0].startswith("src/"):
            words[1:] = [w for w in words[1:] if not re.search(os.environ.get("SKIP") or "^$", w)]
            yield words[0], words[1:]
            sql = words[0][:-2] + ".sql"
            if os.path.exists(sql):
                yield sql, words[1:]


def explanations(path):
    """FILE: LINE AS IT IS => LINE AS CHANGED, then the reason on indented lines."""
    out, key = {}, None
    for row in open(path) if os.path.exists(path) else []:
        row = row.rstrip("\n")
        if not row or row.startswith("#"):
            continue
        if row.startswith(" "):
            out[key] = (out[key] + " " + row.strip()).strip()
        else:
            key = row
            out[key] = ""
    return out


def still_fails(before, after):
    """A call that failed has left an error, and what left an error is not committed, whatever is
    returned (store_transact): such a change cannot be noticed."""
    return re.search(r"if \(.*!\w+(\[\w+\])?\(op\b.*\) return false;", before) and after == before.replace("return false;", "return true;")


def short(text):
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def name_of(source, before, after):
    return "%s: %s => %s" % (source, before.strip(), after.strip() or "(left out)")


def all_mutants(only):
    for source, tests in core():
        if only and only not in source:
            continue
        lines = open(source).read().split("\n")
        make = mutants_of_sql if source.endswith(".sql") else mutants_of_c
        seen = set()
        for at, changed in make(lines):
            if changed == lines[at] or (at, changed) in seen:
                continue
            seen.add((at, changed))
            text = "\n".join(lines[:at] + [changed] + lines[at + 1:])
            yield source, at + 1, lines[at], changed, text, tests


def run_mutants(bench, args):
    explained = explanations("test/mutants/equivalent.txt")
    mutants = list(all_mutants(args.only))
    total = len(mutants)

    def draw(mutant):
        """A place in the order that depends on the seed and on the mutant itself: a change elsewhere
        in the core leaves the others of a sample where they are."""
        return hashlib.sha256(("%d %s" % (args.seed, name_of(mutant[0], *mutant[2:4]))).encode()).hexdigest()

    mutants.sort(key=lambda m: (draw(m), m[1]))
    if args.count:
        mutants = mutants[: args.count]
    prints = {}

    def print_of(tests, source):
        """What a verdict rests on: the file, and the test that killed or those that did not."""
        for t in tests + [source]:
            if t not in prints:
                path = t + ".c" if not t.endswith((".c", ".sql")) else t
                prints[t] = hashlib.sha256(open(path, "rb").read()).hexdigest()
        return "".join(prints[t] for t in tests + [source])

    tally = {"killed": 0, "refused": 0, "explained": 0, "survived": 0}
    endless = 0

    def one(mutant):
        source, at, before, after, text, tests = mutant
        key = hashlib.sha256((print_of([], source) + str(at) + after).encode()).hexdigest()[:32]

        def known():
            verdict, what = bench.results.get(key, (None, ""))
            if verdict == "killed":
                by, rests_on = what.split(" ")[:2]
                return by in tests and rests_on == print_of([by], source)[:64]
            return verdict == "refused" or (verdict == "survived" and what == short(print_of(tests, source)))

        if still_fails(before, after):
            return mutant, ("explained", "")
        if args.fresh or not known():
            work = os.path.join(bench.root, "w%d" % threading.get_ident())
            obj = bench.compile(source, text, work)
            verdict, what = "refused", ""
            if obj:
                verdict = "survived"
                what = short(print_of(tests, source))
                for t in tests:
                    how = bench.test(obj, t, work)
                    if how:
                        verdict, what = "killed", "%s %s %s" % (t, prints[t], how)
                        break
            bench.keep(key, verdict, what)
        return mutant, bench.results[key]

    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        for n, (mutant, (verdict, what)) in enumerate(pool.map(one, mutants), 1):
            source, at, before, after = mutant[:4]
            name = name_of(source, before, after)
            if explained.get(name) and verdict == "survived":
                verdict = "explained"
            elif explained.get(name):
                print("%s, though it is explained: %s" % (verdict, name), flush=True)
            tally[verdict] += 1
            endless += verdict == "killed" and what.endswith(" endless")
            if verdict == "survived":
                print("survived: %s:%d%s" % (source, at, name[len(source):]), flush=True)
            elif n % 50 == 0:
                print("%d of %d" % (n, len(mutants)), file=sys.stderr, flush=True)
    counted = sum(tally.values()) - tally["refused"]
    good = tally["killed"] + tally["explained"]
    print("%d mutants are possible; seed %d took %d: %d were refused by the compiler; of %d, %d killed, "
          "%d explained, %d survived: %.1f %%" % (total, args.seed, len(mutants), tally["refused"], counted,
          tally["killed"], tally["explained"], tally["survived"], 100.0 * good / max(counted, 1)))
    print("%d of those that were killed never ended." % endless)
    return 0 if good * 100 >= counted * 95 else 1


# ---- plants ----

def plants():
    """NAME: what is wrong; then indented rows: file, red, served, and pairs of - and + lines."""
    out, now = [], None
    for number, row in enumerate(open("test/plants/plants.txt"), 1):
        row = row.rstrip("\n")
        if not row.strip() or row.startswith("#"):
            continue
        if not row.startswith(" "):
            name, what = row.split(": ", 1)
            now = {"name": name, "what": what, "edits": [], "file": None, "red": [], "served": [], "run": None}
            out.append(now)
            continue
        word, rest = row.strip().split(" ", 1) if " " in row.strip() else (row.strip(), "")
        if word == "file":
            now["file"] = rest
        elif word == "red":
            now["red"] += rest.split(", ")
        elif word == "served":
            now["served"] += rest.split(", ")
        elif word == "run":
            now["run"] = rest
        elif word == "-":
            now["edits"].append([rest, ""])
        elif word == "+":
            now["edits"][-1][1] = rest
        else:
            raise SystemExit("test/plants/plants.txt:%d: file, red, served, run, - or +" % number)
    return out


def planted(p):
    """The file with the mistake in it."""
    text = open(p["file"]).read()
    for before, after in p["edits"]:
        if text.count(before) != 1:
            raise SystemExit("%s: \"%s\" stands %d times in %s" % (p["name"], before, text.count(before), p["file"]))
        text = text.replace(before, after)
    return text


def check_plants():
    """That each can be planted where the list says: what the list is good for without a compiler."""
    for p in plants():
        if p["file"]:
            planted(p)
        for t in p["red"]:
            open(t + ".c").close()
        if not p["run"] and not (p["file"] and p["edits"] and (p["red"] or p["served"])):
            raise SystemExit(p["name"] + ": needs a file, - and +, and red or served; or run")
    print("%d plants can be planted" % len(plants()))


def run_plants(bench, args):
    bad, ran = 0, {}
    chosen = [p for p in plants() if not args.plants or args.plants in p["name"]]
    env = dict(os.environ, B=bench.folder)
    for p in chosen:
        if p["run"]:  # a test that plants it itself, and goes red when it is not found
            if p["run"] not in ran:
                done = subprocess.run(p["run"].replace("$B", bench.folder), shell=True, env=env,
                                      stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
                ran[p["run"]] = done.returncode == 0
            found = ran[p["run"]]
            by = p["run"].replace("$B/", "")
        else:
            work = os.path.join(bench.root, "plant")
            obj = bench.compile(p["file"], planted(p), work)
            if not obj:
                raise SystemExit("%s does not compile" % p["name"])
            found = not [t for t in p["red"] if not bench.test(obj, t, work, 300)]
            found = not [w for w in p["served"] if bench.served(obj, w, work)] and found
            by = ", ".join(p["red"] + ["test/processes/run " + w for w in p["served"]])
        bad += not found
        print("%-9s %-28s %s\n          by %s" % ("found" if found else "NOT FOUND", p["name"], p["what"], by), flush=True)
    print("%d planted, %d not found" % (len(chosen), bad))
    return 1 if bad or not chosen else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--count", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--fresh", action="store_true")
    parser.add_argument("--plants", nargs="?", const="")
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    if args.check:
        return check_plants()
    os.nice(max(0, 10 - os.nice(0)))  # others work on this machine
    bench = Bench(args.folder)
    sys.exit(run_mutants(bench, args) if args.plants is None else run_plants(bench, args))


if __name__ == "__main__":
    main()
