#include "delivery/web/session.h"

#include "test.h"

static const char *const ours[] = {
    "/",
    "/invoices",
    "/invoices?status=open&sort=-due",
    "/invoices/inv_abc/pdf",
    "/checkout/chk_1?step=2#lines",
    "/invoices?q=a//b",
    "/invoices?next=https://evil.example",
    "/console/customers/cus_x",
    "/a:b@c",
};
static const char *const tricks[] = {
    "",
    "evil.example",
    "https://evil.example",
    "http://evil.example/",
    "HTTPS://evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "//evil.example/%2f..",
    "//evil.example%2f@ours",
    "//user@evil.example",
    "//user:pass@evil.example",
    "//[::1]/",
    "//0x7f000001/",
    "//2130706433/",
    "\\\\evil.example",
    "\\/evil.example",
    "/\\evil.example",
    "/\\/evil.example",
    "/\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r/evil.example",
    "/\r\nLocation: https://evil.example",
    "/\x0b/evil.example",
    "/\x0c/evil.example",
    "/\x01/evil.example",
    "/\x7f/evil.example",
    " /invoices",
    "/ /evil.example",
    "/invoices ",
    "\t//evil.example",
    "\n//evil.example",
    "/.//evil.example",
    "/./evil.example",
    "/..//evil.example",
    "/../evil.example",
    "/invoices/..//evil.example",
    "/invoices/../../evil.example",
    "/invoices/.//evil.example",
    "/invoices//evil.example",
    "/invoices//",
    "/.",
    "/..",
    "/...",
    "/.well-known/x",
    "/;//evil.example",
    "/?a#//\\evil",
    "/invoices?x=\\",
    "/invoices#\\",
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    "javascript://%0aalert(1)",
    "java\nscript:alert(1)",
    "\x01javascript:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "file:///etc/passwd",
    "ftp://evil.example",
    "mailto:x@evil.example",
    "tel:+491",
    "blob:https://evil.example",
    "about:blank",
    "ws://evil.example",
    "?next=/",
    "#",
    "#//evil.example",
    "@evil.example",
    ":80/",
    ".evil.example",
    "..",
    "./x",
    "../x",
    "invoices",
    "%2f%2fevil.example",
    "%5c%5cevil.example",
    "%09//evil.example",
    "http:evil.example",
    "http:/\\evil.example",
    "http:\\\\evil.example",
    "http://ours@evil.example",
    "http://ours.evil.example",
    "https://evil.example#ours",
    "https://evil.example?ours",
    "https://evil.example\\ours",
    "/\xE3\x80\x82"
    "evil.example",
    "/\xEF\xBC\x8F"
    "evil.example",
    "\xEF\xBC\x8F\xEF\xBC\x8F"
    "evil.example",
    "/\xE2\x81\x84/evil.example",
    "/\xC2\xA0/evil.example",
    "\xE2\x80\xA8//evil.example",
    "/\xE2\x80\xAE"
    "evil.example",
    "/\xC0\xAF"
    "evil.example",
    "\xEF\xBB\xBF//evil.example",
    "/invoices\xC3\xA4",
    "/sign-in",
    "/sign-in?next=/sign-in",
    "/sign-in/token",
    "/sign-out",
    "/<script>\\",
    "//",
    "///",
    "/\\",
};

SENTENCE(after_signing_in_nobody_is_sent_to_another_host)
{
    (void)mem;
    CHECK(COUNT(tricks) >= 100, "%td tricks", COUNT(tricks));
    for (ptrdiff_t i = 0; i < COUNT(ours); i++)
        CHECK(str_eq(session_next(str_of(ours[i])), str_of(ours[i])), "%s", ours[i]);
    for (ptrdiff_t i = 0; i < COUNT(tricks); i++)
        CHECK(str_eq(session_next(str_of(tricks[i])), S("/")), "\"%s\"", tricks[i]);

    char longest[600];
    memset(longest, 'a', sizeof longest);
    longest[0] = '/';
    CHECK(session_next((str){longest, 500}).len == 500, "500 bytes");
    CHECK(session_next((str){longest, 501}).len == 1, "501 bytes");
    CHECK(str_eq(session_next((str){"/a\0b", 4}), S("/")), "a NUL");
}

SENTENCE(a_secure_cookie_is_bound_to_its_host)
{
    (void)mem;
    struct app plain = {.secure = false}, secure = {.secure = true};
    CHECK(strcmp(session_cookie_name(&plain), "s") == 0, "plain");
    CHECK(strcmp(session_cookie_name(&secure), "__Host-s") == 0, "secure");
    CHECK(strcmp(session_browser_name(&plain), "b") == 0, "plain");
    CHECK(strcmp(session_browser_name(&secure), "__Host-b") == 0, "secure");
}

TESTS(TEST(after_signing_in_nobody_is_sent_to_another_host),
      TEST(a_secure_cookie_is_bound_to_its_host))
