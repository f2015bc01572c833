# make                 build build/quittance
# make run             set up what is missing, build, create the demonstration, serve it
# make test            set up what is missing, build, run every test        [T=unit|flows|…]
# make check           build and run the unit tests: no set-up, no servers  [V=asan] [CC=clang]
# make tidy            check the rules of STYLE.md that a machine can check
# make format          lay out the C code as .clang-format says
# make faults          killed, EIO and ENOSPC at each write and sync of each money flow
# make fuzz            [T=csv] [SECONDS=30]: throw bytes at every parser; make fuzz-cover: how far it got
# make sim             [SEED=1] [COUNT=300] [PLANT=new-key]: the money core on a simulated disk
# make kills           [PAYMENTS=10000] [KILLS=500]: kill -9 while people pay, on both engines
# make load            thousands of slow, idle and guessing clients, and what people meet beside them
# make cover           run the money core's tests and show each branch that they do not take
# make mutants         [COUNT=200] [SEED=1] [V=asan]: do the tests notice small mistakes?  make plants: named ones
# make failover        [ASYNC=1] [PATRONI=1 N=3]: kill the PostgreSQL primary under load, and count
# make scan            [LEVEL=2] [RISK=2] [MINUTES=5]: sqlmap and wapiti look for holes in a demonstration
# make lang-missing    show the sentences that lack a translation; make lang puts them into the .po
# make bench           how fast it is, as one table and build/bench.json  [QUICK=1]
# make install         the program, its manual and completions, the unit [DESTDIR=] [PREFIX=/usr/local]
# make deb             build/quittance_VERSION_ARCH.deb, the same bytes wherever it is built
# make dist            build/quittance-VERSION.tar.gz of what is committed
# make clean           remove build/
#
# V=debug|asan|release chooses the variant, CC=gcc|clang the compiler, VERBOSE=1 shows commands.
# Each pair has its own folder under build/, so that switching costs nothing.
ifeq ($(origin CC),default)
CC := gcc
endif
# What is installed is the release, unless another variant is asked for.
V      ?= $(if $(filter install deb,$(MAKECMDGOALS)),release,debug)
PREFIX ?= /usr/local
B      := build/$(notdir $(CC))-$(V)
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(shell nproc)
endif

PKGS   := sqlite3 libpq libmicrohttpd jansson libsodium libcurl pangocairo fontconfig libqpdf \
          gmime-3.0 libqrencode icu-i18n icu-uc libzip libxml-2.0 librsvg-2.0 libfido2 libcrypto
WARN   := -Wall -Wextra -Werror -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
          -Wvla -Wpointer-arith -Wwrite-strings -Wswitch-enum -Wimplicit-fallthrough
ifneq ($(findstring clang,$(CC)),)
WARN += -Wno-string-concatenation # rows of text that take two lines are meant
endif
# ARENA_FAULTS: a test may say which allocation fails (base/arena.h). Not in what is released.
CFLAGS_debug   := -O1 -g -DARENA_FAULTS
CFLAGS_asan    := -O1 -g -DARENA_FAULTS -fsanitize=address,undefined -fno-sanitize-recover=all \
                  -fno-omit-frame-pointer
CFLAGS_fuzz    := -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all \
                  -fno-omit-frame-pointer
CFLAGS_release := -O2 -g -fstack-protector-strong -fstack-clash-protection -D_FORTIFY_SOURCE=2 \
                  -fPIE -fcf-protection -Wformat -Wformat-security -ffile-prefix-map=$(CURDIR)=.
# A hundred test programs link against everything: gold takes a fifth of the time.
QUICK_LINK := $(if $(shell command -v ld.gold),-fuse-ld=gold)
LDFLAGS_debug  := $(QUICK_LINK)
LDFLAGS_asan   := $(QUICK_LINK)
LDFLAGS_release := -pie -Wl,-z,relro,-z,now,-z,noexecstack
ifeq ($(CFLAGS_$(V)),)
$(error There is no variant V=$(V): use V=debug, V=asan, V=release or V=fuzz)
endif

# `run`, `test` and the like install what is missing and call make again, so only goals that
# compile look for the libraries, and say in one sentence what is not there.
COMPILES := $(filter-out run test bench failover scan clean help format setup setup-test dist,$(or $(MAKECMDGOALS),all))
ifneq ($(COMPILES),)
READY := $(shell command -v pkg-config >/dev/null && pkg-config --exists $(PKGS) 2>/dev/null && \
           printf '\#include <csv.h>\n\#include <ini.h>\n' | $(CC) -E -o /dev/null - 2>/dev/null && echo yes)
ifneq ($(READY),yes)
$(error Something that Quittance is built with is missing. `make run` installs it, or do it yourself: \
  sudo apt-get install $(or $(shell scripts/setup.sh --missing run),the packages of scripts/packages.txt))
endif
LIB_CFLAGS := $(patsubst -I%,-isystem %,$(shell pkg-config --cflags $(PKGS)))
LDLIBS     := $(shell pkg-config --libs $(PKGS)) -lcsv -linih -lm
endif
CFLAGS := -std=c17 -D_POSIX_C_SOURCE=200809L $(WARN) $(CFLAGS_$(V)) -MMD -MP -pthread \
          -Isrc -I$(B)/gen -Itest $(LIB_CFLAGS)

rwildcard = $(foreach d,$(wildcard $(1)*),$(call rwildcard,$(d)/,$(2)) $(filter $(subst *,%,$(2)),$(d)))
SOURCES := $(call rwildcard,src/,*.c)
TESTS   := $(filter %_test.c,$(SOURCES)) $(wildcard test/*_test.c)
SRC     := $(filter-out %_test.c src/main.c,$(SOURCES))
PAGES   := $(call rwildcard,src/,*.page)
SQL     := $(filter-out src/store/schema/%,$(call rwildcard,src/,*.sql))
GEN_H   := $(SQL:src/%.sql=$(B)/gen/%_sql.h)
PO      := $(wildcard src/lang/*.po)
PAGE_C  := $(PAGES:src/%.page=$(B)/gen/%_page.c)
GEN_C   := $(PAGE_C) $(SQL:src/%.sql=$(B)/gen/%_sql.c) $(PO:src/%.po=$(B)/gen/%_po.c) \
           $(B)/gen/assets.c $(B)/gen/store/migrations.c
SCHEMA  := $(sort $(wildcard src/store/schema/*.sql))
OBJ     := $(SRC:%.c=$(B)/%.o) $(GEN_C:.c=.o)
FIXTURE := $(patsubst %.c,$(B)/%.o,$(filter-out %_test.c,$(wildcard test/*.c)))
TESTBIN := $(TESTS:%.c=$(B)/%)
# Our own tools, those with a test of their own.
TOOLS   := $(patsubst tools/%.c,%,$(filter $(patsubst test/%/run,tools/%.c,$(wildcard test/*/run)),$(wildcard tools/*.c)))
# What tests may read when they run: a change of it makes them run again.
TEXTS   := $(call rwildcard,src/,*.sql *.page *.po *.case) $(wildcard test/*/*)

# $(call say,CC,$<) command: a quiet line, or the command itself with VERBOSE=1.
ifdef VERBOSE
say =
else ifneq ($(findstring s,$(filter-out --%,$(firstword x$(MAKEFLAGS)))),)
say = @
else
say = @printf '%-4s %s\n' $(1) $(2);
endif

all: build/quittance

help:
	@sed -n '/^#/!q;s/^# \{0,1\}//p' Makefile

# ---- for people ------------------------------------------------------------------------------

setup:
	@scripts/setup.sh run
setup-test:
	@scripts/setup.sh run test
run: setup
	@$(MAKE) --no-print-directory build/quittance
	@exec build/quittance demo --folder build/demo
test: setup-test
	@$(MAKE) --no-print-directory all test-programs
	@B=$(B) scripts/test.sh $(T)
test-programs: $(TESTBIN) $(B)/test/sim/sim $(B)/test/processes/processes \
               $(B)/test/processes/faultio.so $(TOOLS:%=$(B)/tools/%)

# Figures are of the program as it is shipped; on PostgreSQL too where it is installed.
bench: setup-test
	@$(MAKE) --no-print-directory V=release bench-programs
	@DURABLE=1 QUICK=$(QUICK) scripts/test-postgres.sh build/gcc-release/test/bench/bench build/gcc-release/quittance
bench-programs: $(B)/quittance $(B)/test/bench/bench

# A test runs again when it, or a text it may read, has changed. Its words are shown if it fails.
# The longest come first, so that nobody waits for them at the end.
LONGEST := test/web_attacks test/migrations test/access_matrix test/flow src/domain/exchange/import_corpus
check: $(LONGEST:%=$(B)/%_test.passed) $(TESTBIN:%=%.passed) $(TOOLS:%=$(B)/tools/%.passed) tidy
tidy: $(B)/tools/tidy
	$(call say,TIDY,src test tools docs) $(B)/tools/tidy >$(B)/tidy.log || { cat $(B)/tidy.log; exit 1; }
$(B)/%_test.passed: $(B)/%_test $(TEXTS)
	$(call say,TEST,$*_test) timeout 1800 $< >$@.log 2>&1 && touch $@ || \
	    { cat $@.log; echo "$< failed"; exit 1; }
$(B)/tools/%.passed: $(B)/tools/% $(TEXTS)
	$(call say,TEST,$*) B=$(B) CC=$(CC) test/$*/run >$@.log 2>&1 && touch $@ || \
	    { cat $@.log; echo "test/$*/run failed"; exit 1; }

# Languages: `make lang` collects the sentences into src/lang/*.po; `make lang-missing` shows what
# is not translated yet. docs/translating.md tells the rest.
lang: $(B)/messages.pot
	@for po in $(PO); do msgmerge -q --update --backup=none --no-fuzzy-matching \
	    --add-location=file $$po $< && msgattrib --no-obsolete -o $$po $$po; done
lang-missing: $(B)/messages.pot
	@for po in $(PO); do msgmerge -q --no-fuzzy-matching $$po $< -o - | \
	    msgattrib --untranslated --no-obsolete; done
# The functions that are given a sentence, and as which argument.
SAY := say:2 say_n:2,3 op_fail:4 N_ said:2 tell:2 counted:2,3 sentence:2,3t reply_refusal:4 refuse:2,2t \
       refuse_stranger:2 answer_instead:3 refuse_row:3 differs:3,5t
# Reasons are rows, but the first ones are ours.
$(B)/rows.c: src/store/schema/0004-books.sql
	@mkdir -p $(@D)
	@sed -n "/^insert into reason/,/;/s/.*('[a-z_]*', '\([^']*\)'.*/N_(\"\1\")/p" $< > $@
$(B)/messages.pot: $(SRC) src/main.c $(PAGE_C) $(B)/rows.c
	@mkdir -p $(@D)
	$(call say,POT,$@) xgettext --from-code=UTF-8 --language=C --force-po $(SAY:%=--keyword=%) \
	    --flag=op_fail:4:c-format --flag=refuse_row:3:c-format --add-location=file --package-name=Quittance -o $@ $(sort $^)

format:
	clang-format -i $(SOURCES) $(call rwildcard,src/,*.h) $(wildcard test/*.[ch] test/*/*.[ch] tools/*.c)

# All that is installed, as it lies below PREFIX. The manual, the completions and the example
# settings are written by the program itself.
VERSION  := $(shell sed -n 's/^.define QUITTANCE_VERSION *"\(.*\)"/\1/p' src/delivery/cli/version.h)
RELEASED := $(shell sed -n 's/^.define QUITTANCE_RELEASED *"\(.*\)"/\1/p' src/delivery/cli/version.h)
UNITS    ?= $(PREFIX)/lib/systemd/system
ZSH      ?= $(PREFIX)/share/zsh/site-functions
SHARE    := $(DESTDIR)$(PREFIX)/share
install: $(B)/quittance
	install -D $< $(DESTDIR)$(PREFIX)/bin/quittance
	install -d $(SHARE)/man/man1 $(SHARE)/man/man5 $(SHARE)/bash-completion/completions \
	    $(DESTDIR)$(ZSH) $(SHARE)/fish/vendor_completions.d $(DESTDIR)$(UNITS) \
	    $(SHARE)/doc/quittance/examples
	$< help --as man >$(SHARE)/man/man1/quittance.1
	$< help settings --as man >$(SHARE)/man/man5/quittance.conf.5
	$< help --as bash >$(SHARE)/bash-completion/completions/quittance
	$< help --as zsh >$(DESTDIR)$(ZSH)/_quittance
	$< help --as fish >$(SHARE)/fish/vendor_completions.d/quittance.fish
	$< help settings --as conf >$(SHARE)/doc/quittance/examples/quittance.conf
	sed 's|/usr/local/bin/|$(PREFIX)/bin/|' etc/systemd/quittance.service >$(DESTDIR)$(UNITS)/quittance.service
	install -m 644 etc/nginx/quittance.conf $(SHARE)/doc/quittance/examples/nginx.conf
	install -m 644 etc/prometheus/quittance.yml $(SHARE)/doc/quittance/examples/prometheus.yml
	install -m 644 README.md CHANGELOG.md LICENSE $(SHARE)/doc/quittance
	cd docs && find . -name '*.md' -exec install -D -m 644 {} $(abspath $(SHARE))/doc/quittance/{} \;
deb: $(B)/quittance
	+@B=$(B) VERSION=$(VERSION) RELEASED=$(RELEASED) scripts/deb.sh
dist:
	@mkdir -p build
	git archive --prefix=quittance-$(VERSION)/ HEAD | gzip -n9 >build/quittance-$(VERSION).tar.gz

# Each target for a while from its corpus; and how much of each parser the corpora reach.
fuzz:
	+@$(MAKE) --no-print-directory CC=clang V=fuzz build/clang-fuzz/fuzz
	@scripts/fuzz.sh build/clang-fuzz/fuzz "$(T)" "$(or $(SECONDS),30)"
# Every seed is a few hundred steps, the same ones each time.
sim: $(B)/test/sim/sim
	@$< --seed $(or $(SEED),1) --count $(or $(COUNT),300) $(if $(PLANT),--plant $(PLANT)) $(if $(SECONDS),--seconds $(SECONDS))
# The real server and the test gateway as processes; test/processes/processes.h says what happens.
kills: all $(B)/test/processes/processes
	@PAYMENTS=$(or $(PAYMENTS),10000) KILLS=$(or $(KILLS),500) scripts/test-postgres.sh test/processes/run kills
scan:
	@scripts/setup.sh run scan
	@$(MAKE) --no-print-directory all
	@B=$(B) LEVEL=$(LEVEL) RISK=$(RISK) MINUTES=$(MINUTES) ONLY=$(ONLY) scripts/scan.sh
failover:
	@scripts/setup.sh run test $(if $(PATRONI),failover)
	@$(MAKE) --no-print-directory all
	@B=$(B) ASYNC=$(ASYNC) PATRONI=$(PATRONI) N=$(N) scripts/failover.sh
faults: all $(B)/test/processes/processes $(B)/test/processes/faultio.so
	@SOME=$(or $(SOME),0) test/processes/run faults
# PostgreSQL's own disk, in a cluster of the test's own.
faults-postgres: all $(B)/test/processes/processes $(B)/test/processes/faultio.so
	@SOME=$(or $(SOME),0) test/processes/run postgres_disk

# Crowds of slow, idle and greedy clients, directly and through nginx; people beside them.
load: all $(B)/test/processes/processes
	@SOME=$(or $(SOME),0) test/processes/run load

include test/core.mk

clean:
	rm -rf build

# ---- files -----------------------------------------------------------------------------------

build/quittance: $(B)/quittance
	@cp -f $< $@
$(B)/quittance: $(B)/src/main.o $(B)/libquittance.a
	$(call say,LINK,$@) $(CC) $(CFLAGS) $(LDFLAGS_$(V)) -o $@ $^ $(LDLIBS)
$(B)/libquittance.a: $(OBJ)
	@rm -f $@
	$(call say,AR,$@) ar rcD $@ $^ && ranlib -D $@

$(B)/%_test: $(B)/%_test.o $(FIXTURE) $(B)/libquittance.a
	$(call say,LINK,$@) $(CC) $(CFLAGS) $(LDFLAGS_$(V)) -o $@ $^ $(LDLIBS) -lcmocka

# These have all statements of the program in them, used or not.
STATEMENTS := $(filter-out %_test_sql.o,$(SQL:src/%.sql=$(B)/gen/%_sql.o))
$(B)/src/store/statements_test $(B)/test/plans_test: %_test: %_test.o $(FIXTURE) $(STATEMENTS) \
                                                     $(B)/libquittance.a
	$(call say,LINK,$@) $(CC) $(CFLAGS) $(LDFLAGS_$(V)) -o $@ $^ $(LDLIBS) -lcmocka

$(B)/test/bench/bench: $(patsubst %.c,$(B)/%.o,$(wildcard test/bench/*.c)) $(STATEMENTS) \
                       $(B)/libquittance.a
	$(call say,LINK,$@) $(CC) $(CFLAGS) $(LDFLAGS_$(V)) -o $@ $^ $(LDLIBS)

$(B)/test/sim/sim: $(patsubst %.c,$(B)/%.o,$(wildcard test/sim/*.c)) $(B)/libquittance.a
	$(call say,LINK,$@) $(CC) $(CFLAGS) $(LDFLAGS_$(V)) -Wl,--wrap=_exit -o $@ $^ $(LDLIBS)

$(B)/test/processes/processes: $(patsubst %.c,$(B)/%.o,$(filter-out %/faultio.c,$(wildcard test/processes/*.c))) \
                               $(B)/libquittance.a
	$(call say,LINK,$@) $(CC) $(CFLAGS) $(LDFLAGS_$(V)) -o $@ $^ $(LDLIBS)

# Preloaded into the server of these tests.
$(B)/test/processes/faultio.so: test/processes/faultio.c test/processes/faultio.h
	@mkdir -p $(@D)
	$(call say,CC,$<) $(CC) -std=gnu17 -D_GNU_SOURCE -O1 -Wall -Wextra -Werror -shared -fPIC -o $@ $<

$(B)/fuzz: $(patsubst %.c,$(B)/%.o,$(wildcard test/fuzz/*.c)) $(B)/libquittance.a
	$(call say,LINK,$@) $(CC) $(CFLAGS) $(LDFLAGS_$(V)) -fsanitize=fuzzer -o $@ $^ $(LDLIBS)

$(B)/%.o: %.c $(B)/flags | $(GEN_H)
	@mkdir -p $(@D)
	$(call say,CC,$<) $(CC) $(CFLAGS) -c -o $@ $<
$(B)/gen/%.o: $(B)/gen/%.c $(B)/flags | $(GEN_H)
	$(call say,CC,$<) $(CC) $(CFLAGS) -c -o $@ $<
$(B)/gen/%_page.c: src/%.page $(B)/tools/pagegen
	@mkdir -p $(@D)
	$(call say,PAGE,$<) $(B)/tools/pagegen $< > $@ || { rm -f $@; exit 1; }
$(B)/gen/%_po.c: src/%.po $(B)/tools/langgen
	@mkdir -p $(@D)
	$(call say,LANG,$<) $(B)/tools/langgen $< > $@ || { rm -f $@; exit 1; }
$(B)/gen/%_sql.h: src/%.sql $(B)/tools/sqlgen
	@mkdir -p $(@D)
	$(call say,SQL,$<) $(B)/tools/sqlgen -h $< > $@ || { rm -f $@; exit 1; }
$(B)/gen/%_sql.c: src/%.sql $(B)/tools/sqlgen
	@mkdir -p $(@D)
	@$(B)/tools/sqlgen -c $< > $@ || { rm -f $@; exit 1; }
$(B)/gen/assets.c: $(wildcard src/assets/*) $(B)/tools/assetgen
	@mkdir -p $(@D)
	$(call say,GEN,$@) $(B)/tools/assetgen $(wildcard src/assets/*) > $@
$(B)/gen/store/migrations.c: $(SCHEMA) $(B)/tools/schemagen src/store/schema
	@mkdir -p $(@D)
	$(call say,SQL,src/store/schema) $(B)/tools/schemagen $(SCHEMA) > $@ || { rm -f $@; exit 1; }
$(B)/tools/%: tools/%.c $(wildcard tools/*.h)
	@mkdir -p $(@D)
	$(call say,TOOL,$<) $(CC) -std=gnu17 -O1 -Wall -Wextra -o $@ $<

# Changed flags compile everything anew.
$(B)/flags: always
	@mkdir -p $(@D)
	@echo '$(CFLAGS) $(LDFLAGS_$(V)) $(LDLIBS)' | cmp -s - $@ || \
	    echo '$(CFLAGS) $(LDFLAGS_$(V)) $(LDLIBS)' >$@

.PHONY: all help setup setup-test run test test-programs bench bench-programs check tidy lang lang-missing format install \
    deb dist fuzz fuzz-cover scan sim kills faults faults-postgres load clean always
.SECONDARY:
.DELETE_ON_ERROR:
-include $(call rwildcard,$(B)/,*.d)
