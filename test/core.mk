# The money core (test/core.txt) compiled once more, to count its branches; all else is what the
# unit tests use.
CORE       := $(shell awk '/^src/ { print $$1 }' test/core.txt)
ALSO       := $(shell awk '/^also/ { print $$2 }' test/core.txt)
CORE_TESTS := $(sort $(shell awk '/^src/ { $$1 = ""; print } /^also/ { print $$2 }' test/core.txt))
COVERED    := $(CORE:%.c=$(B)/covered/%.o)

# ENGINES=sqlite leaves PostgreSQL out.
cover: $(CORE_TESTS:%=$(B)/covered/%)
	@find $(B)/covered -name '*.gcda' -delete
	@$(if $(filter sqlite,$(ENGINES)),,scripts/test-postgres.sh )scripts/cover.sh run $(B)/covered "$(CORE_TESTS)"
	@QUITTANCE_SWEEP=1 scripts/cover.sh run $(B)/covered "$(filter-out $(ALSO),$(CORE_TESTS))"
	@scripts/cover.sh show $(B)/covered "$(CORE)"

$(B)/covered/%.o: %.c $(B)/flags | $(GEN_H)
	@mkdir -p $(@D)
	$(call say,CC,$<) $(CC) $(CFLAGS) -O0 --coverage -fprofile-update=atomic -c -o $@ $<
$(B)/covered/%_test: $(B)/%_test.o $(FIXTURE) $(COVERED) $(B)/test/sweep/sweep.o $(B)/libquittance.a
	@mkdir -p $(@D)
	$(call say,LINK,$@) $(CC) $(CFLAGS) $(LDFLAGS_$(V)) --coverage -Wl,--wrap=store_transact -o $@ $^ $(LDLIBS) -lcmocka

# The parsers and their fuzz targets, run over the corpora without a fuzzer.
FUZZED := $(sort $(shell grep -oh 'src/[a-z_/0-9]*\.c' $(wildcard test/fuzz/*_targets.c)))
fuzz-cover: $(B)/covered/fuzz
	@scripts/fuzz.sh --cover $< "$(T)"
$(B)/covered/test/fuzz/%.o: CFLAGS += -Wno-clobbered -Wno-unused-result
$(B)/covered/fuzz: $(patsubst %.c,$(B)/covered/%.o,$(FUZZED) $(wildcard test/fuzz/*.c test/fuzz/replay/*.c)) \
                   $(B)/libquittance.a
	$(call say,LINK,$@) $(CC) $(CFLAGS) $(LDFLAGS_$(V)) --coverage -o $@ $^ $(LDLIBS)

# Mistakes that the tests must notice: small ones everywhere (SEED, COUNT, ONLY=file; COUNT=0: all of
# them, some hours), and those with a name.
mutants: $(B)/mutants.flags test-programs
	@scripts/mutants.py $(B) --seed $(or $(SEED),1) --count $(or $(COUNT),200) --only "$(ONLY)"
# ONLY=RACE: those with this in their name. All of them take half an hour.
plants: $(B)/mutants.flags all test-programs
	@scripts/mutants.py $(B) --plants $(or $(ONLY),$(PLANT))
$(B)/mutants.flags: $(B)/flags
	@printf '%s\n' '$(CC)' '$(CFLAGS)' '$(LDLIBS)' '$(FIXTURE)' >$@

.PHONY: cover fuzz-cover mutants plants
