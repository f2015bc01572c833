#include "test.h"

#include "base/crypto.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct password_cost cheap = {.passes = 1, .memory_bytes = 8192};

SENTENCE(hashes_agree_with_the_published_vectors)
{
    str long_key =
        S("\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa"
          "\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa"
          "\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa"
          "\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa"
          "\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa"
          "\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa"
          "\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa");
    const struct {
        const char *what, *want;
        str got;
    } cases[] = {
        {"BLAKE2b-256 of nothing",
         "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8",
         crypto_digest(mem, (str){0})},
        {"FIPS 180-4, nothing", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
         crypto_sha256(mem, S(""))},
        {"FIPS 180-4, abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
         crypto_sha256(mem, S("abc"))},
        {"RFC 4231, case 2", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
         crypto_hmac(mem, S("Jefe"), S("what do ya want for nothing?"))},
        {"RFC 4231, case 6", "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
         crypto_hmac(mem, long_key, S("Test Using Larger Than Block-Size Key - Hash Key First"))},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++)
        CHECK(str_eq(cases[i].got, str_of(cases[i].want)), "%s: %.*s", cases[i].what,
              STR(cases[i].got));
}

SENTENCE(a_tag_for_one_use_proves_nothing_for_another)
{
    const struct keys *keys = keys_for_tests(mem);
    str forms = crypto_tag(mem, keys, KEY_FORMS, S("session 7"));
    CHECK(forms.len == 64, "%td", forms.len);
    CHECK(crypto_equal(forms, crypto_tag(mem, keys, KEY_FORMS, S("session 7"))), "not the same");
    CHECK(!crypto_equal(forms, crypto_tag(mem, keys, KEY_FORMS, S("session 8"))), "other data");
    CHECK(!crypto_equal(forms, crypto_tag(mem, keys, KEY_LINKS, S("session 7"))), "other use");
    CHECK(!crypto_equal(forms, str_head(forms, 63)), "a head of it");
    CHECK(crypto_equal((str){0}, S("")), "nothing equals nothing");
}

static bool matches(str hash, str password)
{
    bool yes;
    return password_matches(hash, password, &yes) && yes;
}

SENTENCE(a_password_matches_only_itself)
{
    str hash = password_hash_at(mem, S("correct horse"), cheap);
    CHECK(str_starts(hash, S("$argon2id$v=19$m=8,t=1,p=1$")), "%.*s", STR(hash));
    CHECK(matches(hash, S("correct horse")), "itself");
    CHECK(!matches(hash, S("correct horsf")), "another");
    CHECK(!matches(hash, S("")), "nothing");
    CHECK(!matches(S(""), S("")), "no hash matches no password");
    CHECK(!matches(S("*"), S("*")), "a locked account");
    str again = password_hash_at(mem, S("correct horse"), cheap);
    CHECK(!str_eq(hash, again), "two hashes share a salt");
}

SENTENCE(a_password_in_production_costs_three_passes_over_64_mib)
{
    char room[PASSWORD_HASH_ROOM];
    CHECK(password_hash(S("correct horse"), room), "memory");
    str hash = str_of(room);
    CHECK(str_starts(hash, S("$argon2id$v=19$m=65536,t=3,p=1$")), "%.*s", STR(hash));
    CHECK(!password_needs_rehash(hash), "fresh");
    CHECK(password_needs_rehash(password_hash_at(mem, S("x"), cheap)), "cheap");
    CHECK(password_needs_rehash(S("*")), "no hash at all");
}

SENTENCE(a_sealed_secret_opens_only_where_it_stands)
{
    const struct keys *keys = keys_for_tests(mem);
    str place = S("bank_account.iban:17"), secret = S("DE02120300000000202051"), got;
    str sealed = crypto_seal(mem, keys, place, secret);
    CHECK(str_find(sealed, secret) < 0, "%.*s", STR(sealed));
    CHECK(crypto_open(mem, keys, place, sealed, &got) && str_eq(got, secret), "does not open");
    CHECK(!crypto_open(mem, keys, S("bank_account.iban:18"), sealed, &got), "another place");
    CHECK(!str_eq(sealed, crypto_seal(mem, keys, place, secret)), "a nonce was used twice");

    for (ptrdiff_t i = 0; i < sealed.len; i++) {
        str changed = str_copy(mem, sealed);
        ((char *)changed.at)[i] = sealed.at[i] == 'A' ? 'B' : 'A';
        CHECK(!crypto_open(mem, keys, place, changed, &got), "changed at %td", i);
        CHECK(!crypto_open(mem, keys, place, str_head(sealed, i), &got), "cut at %td", i);
    }
    str nothing = crypto_seal(mem, keys, place, (str){0});
    CHECK(crypto_open(mem, keys, place, nothing, &got) && got.len == 0, "an empty secret");
}

SENTENCE(an_id_reads_back_and_no_other_text_does)
{
    static const int64_t ids[] = {0, 1, 2, 17, 1000000, INT64_MAX, -1};
    const struct keys *keys = keys_for_tests(mem);
    for (ptrdiff_t i = 0; i < COUNT(ids); i++) {
        int64_t got = 99;
        str text = id_text(mem, keys, "inv", ids[i]);
        CHECK(text.len == 30 && str_starts(text, S("inv_")), "%.*s", STR(text));
        CHECK(id_from(keys, "inv", text, &got) && got == ids[i], "%.*s", STR(text));
        CHECK(str_eq(text, id_text(mem, keys, "inv", ids[i])), "not the same twice");
        CHECK(!id_from(keys, "pay", text, &got), "another kind");
        str other = str_printf(mem, "pay_%.*s", STR(str_from(text, 4)));
        CHECK(!id_from(keys, "pay", other, &got), "another kind's letters");
    }
}

SENTENCE(an_id_with_any_letter_changed_does_not_read)
{
    static const char letters[] = "0123456789abcdefghijklmnopqrstuvwxyzA_ ";
    const struct keys *keys = keys_for_tests(mem);
    str text = id_text(mem, keys, "inv", 4711);
    int64_t got;
    for (ptrdiff_t i = 0; i < text.len; i++) {
        for (const char *c = letters; *c; c++) {
            str changed = str_copy(mem, text);
            ((char *)changed.at)[i] = *c;
            CHECK(*c == text.at[i] || !id_from(keys, "inv", changed, &got), "%.*s", STR(changed));
        }
        CHECK(!id_from(keys, "inv", str_head(text, i), &got), "cut at %td", i);
    }
    CHECK(!id_from(keys, "inv", str_printf(mem, "%.*s0", STR(text)), &got), "one letter more");
    CHECK(!id_from(keys, "inv", S("4711"), &got), "the bare number");
}

static const char *temporary_folder(struct arena *mem)
{
    char *path = (char *)str_z(mem, S("/tmp/quittance-keys-XXXXXX"));
    CHECK(mkdtemp(path), "mkdtemp");
    return path;
}

SENTENCE(the_key_file_is_made_once_and_kept_private)
{
    struct op op = {.mem = mem}, again = {.mem = mem}, open = {.mem = mem}, cut = {.mem = mem};
    const char *folder = temporary_folder(mem);
    const char *path = str_z(mem, str_printf(mem, "%s/key", folder));
    const struct keys *first, *second;
    CHECK(!keys_open(&op, path, false, &first) && op.errs, "a missing file");
    op.errs = NULL;
    CHECK(keys_open(&op, path, true, &first), "cannot create");
    CHECK(keys_open(&again, path, true, &second), "cannot open again");
    CHECK(str_eq(id_text(mem, first, "inv", 1), id_text(mem, second, "inv", 1)), "another key");
    CHECK(!str_eq(id_text(mem, first, "inv", 1), id_text(mem, keys_for_tests(mem), "inv", 1)),
          "the key of the tests");

    chmod(path, 0640);
    CHECK(!keys_open(&open, path, true, &first), "a file the group can read");
    CHECK(str_find(open.errs->message, S("chmod 600")) > 0, "%.*s", STR(open.errs->message));
    chmod(path, 0600);
    CHECK(truncate(path, 63) == 0 && !keys_open(&cut, path, true, &first), "half a key");
    unlink(path);
    rmdir(folder);
}

TESTS(TEST(hashes_agree_with_the_published_vectors),
      TEST(a_tag_for_one_use_proves_nothing_for_another), TEST(a_password_matches_only_itself),
      TEST(a_password_in_production_costs_three_passes_over_64_mib),
      TEST(a_sealed_secret_opens_only_where_it_stands),
      TEST(an_id_reads_back_and_no_other_text_does),
      TEST(an_id_with_any_letter_changed_does_not_read),
      TEST(the_key_file_is_made_once_and_kept_private))
