# make                 build build/quittance
# make run             set up what is missing, build, create the demonstration, serve it
# make test            set up what is missing, build, run every test       [T=unit|flows|browser|…]
# make check           build and run the unit tests: no set-up, no servers  [V=asan] [CC=clang]
# See `make help` and docs/interface.md for the rest.
CC     := gcc
V      ?= debug
B      := build/$(CC)-$(V)
PKGS   := sqlite3 libpq libmicrohttpd jansson libsodium libcurl pangocairo gmime-3.0 libqrencode \
          icu-i18n icu-uc libzip
WARN   := -Wall -Wextra -Werror -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
          -Wvla -Wpointer-arith -Wwrite-strings -Wswitch-enum -Wimplicit-fallthrough
CFLAGS_debug   := -O1 -g3
CFLAGS_asan    := -O1 -g3 -fsanitize=address,undefined -fno-sanitize-recover=all
CFLAGS_release := -O2 -g -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fPIE -fcf-protection
LDFLAGS_release := -pie -Wl,-z,relro,-z,now
CFLAGS  := -std=c17 -D_POSIX_C_SOURCE=200809L $(WARN) $(CFLAGS_$(V)) -MMD -MP -pthread
CFLAGS  += -Isrc -I$(B)/gen -Itest $(patsubst -I%,-isystem %,$(shell pkg-config --cflags $(PKGS)))
LDLIBS  := $(shell pkg-config --libs $(PKGS)) -lcsv -lm

rwildcard = $(foreach d,$(wildcard $(1)*),$(call rwildcard,$(d)/,$(2)) $(filter $(subst *,%,$(2)),$(d)))
SOURCES := $(call rwildcard,src/,*.c)
TESTS   := $(filter %_test.c,$(SOURCES)) $(wildcard test/*_test.c)
SRC     := $(filter-out %_test.c src/main.c,$(SOURCES))
PAGES   := $(call rwildcard,src/,*.page)
SQL     := $(filter-out src/store/schema/%,$(call rwildcard,src/,*.sql))
GEN_H   := $(SQL:src/%.sql=$(B)/gen/%_sql.h)
GEN_C   := $(PAGES:src/%.page=$(B)/gen/%_page.c) $(SQL:src/%.sql=$(B)/gen/%_sql.c)
OBJ     := $(SRC:%.c=$(B)/%.o) $(GEN_C:.c=.o)
FIXTURE := $(patsubst %.c,$(B)/%.o,$(filter-out %_test.c,$(wildcard test/*.c)))
TESTBIN := $(TESTS:%.c=$(B)/%)

all: build/quittance

build/quittance: $(B)/quittance
	@mkdir -p $(@D)
	cp $< $@
$(B)/quittance: $(B)/src/main.o $(B)/libquittance.a
	$(CC) $(CFLAGS) $(LDFLAGS_$(V)) -o $@ $^ $(LDLIBS)
$(B)/libquittance.a: $(OBJ)
	@rm -f $@
	ar rcs $@ $^

check: $(TESTBIN)
	@set -e; for t in $(TESTBIN); do echo "== $$t"; $$t; done

$(B)/%_test: $(B)/%_test.o $(FIXTURE) $(B)/libquittance.a
	$(CC) $(CFLAGS) -o $@ $^ $(LDLIBS) -lcmocka

$(B)/%.o: %.c | $(GEN_H)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -c -o $@ $<
$(B)/gen/%.o: $(B)/gen/%.c | $(GEN_H)
	$(CC) $(CFLAGS) -c -o $@ $<
$(B)/gen/%_page.c: src/%.page $(B)/tools/pagegen
	@mkdir -p $(@D)
	$(B)/tools/pagegen $< > $@ || { rm -f $@; exit 1; }
$(B)/gen/%_sql.h: src/%.sql $(B)/tools/sqlgen
	@mkdir -p $(@D)
	$(B)/tools/sqlgen -h $< > $@ || { rm -f $@; exit 1; }
$(B)/gen/%_sql.c: src/%.sql $(B)/tools/sqlgen
	@mkdir -p $(@D)
	$(B)/tools/sqlgen -c $< > $@ || { rm -f $@; exit 1; }
$(B)/tools/%: tools/%.c
	@mkdir -p $(@D)
	$(CC) -std=gnu17 -O1 -Wall -Wextra -o $@ $<

clean:
	rm -rf build

.PHONY: all check clean
.SECONDARY:
.DELETE_ON_ERROR:
-include $(call rwildcard,$(B)/,*.d)
