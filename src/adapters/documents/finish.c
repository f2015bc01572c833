#include "adapters/documents/pdf.h"
#include "base/arena.h"

#include <qpdf/qpdf-c.h>
#include <string.h>

#define DEPTH_MAX 16

struct finish {
    qpdf_data pdf;
    struct arena *mem;
    const str *pictures;
    ptrdiff_t picture_count, picture;
};

static void close_pdf(void *pdf)
{
    qpdf_data data = pdf;
    qpdf_cleanup(&data);
}

static void set(qpdf_data q, qpdf_oh dictionary, const char *key, qpdf_oh value)
{
    qpdf_oh_replace_key(q, dictionary, key, value);
}

static void mark_catalog(struct finish *f, str language)
{
    qpdf_data q = f->pdf;
    qpdf_oh root = qpdf_get_root(q), marked = qpdf_oh_new_dictionary(q);
    qpdf_oh viewer = qpdf_oh_new_dictionary(q);
    set(q, root, "/Lang", qpdf_oh_new_unicode_string(q, str_z(f->mem, language)));
    set(q, marked, "/Marked", qpdf_oh_new_bool(q, QPDF_TRUE));
    set(q, root, "/MarkInfo", marked);
    set(q, viewer, "/DisplayDocTitle", qpdf_oh_new_bool(q, QPDF_TRUE));
    set(q, root, "/ViewerPreferences", viewer);
}

/* Links print (flag 4), and Tab walks them in the order of the tags. */
static void mark_pages(qpdf_data q)
{
    int count = qpdf_get_num_pages(q);
    for (int i = 0; i < count; i++) {
        qpdf_oh page = qpdf_get_page_n(q, (size_t)i);
        set(q, page, "/Tabs", qpdf_oh_new_name(q, "/S"));
        qpdf_oh notes = qpdf_oh_get_key(q, page, "/Annots");
        int notes_count = qpdf_oh_is_array(q, notes) ? qpdf_oh_get_array_n_items(q, notes) : 0;
        for (int n = 0; n < notes_count; n++)
            set(q, qpdf_oh_get_array_item(q, notes, n), "/F", qpdf_oh_new_integer(q, 4));
    }
}

static void mark_element(struct finish *f, qpdf_oh element)
{
    qpdf_data q = f->pdf;
    qpdf_oh kind = qpdf_oh_get_key(q, element, "/S");
    const char *name = qpdf_oh_is_name(q, kind) ? qpdf_oh_get_name(q, kind) : "";
    if (strcmp(name, "/TH") == 0) {
        qpdf_oh table = qpdf_oh_new_dictionary(q);
        set(q, table, "/O", qpdf_oh_new_name(q, "/Table"));
        set(q, table, "/Scope", qpdf_oh_new_name(q, "/Column"));
        set(q, element, "/A", table);
    }
    if (strcmp(name, "/Figure") == 0 && f->picture < f->picture_count) {
        str words = sheet_printable(f->mem, f->pictures[f->picture++]);
        set(q, element, "/Alt", qpdf_oh_new_unicode_string(q, str_z(f->mem, words)));
    }
}

static void mark_tree(struct finish *f, qpdf_oh element, int depth)
{
    qpdf_data q = f->pdf;
    if (depth == DEPTH_MAX || !qpdf_oh_is_dictionary(q, element)) return;
    mark_element(f, element);
    qpdf_oh kids = qpdf_oh_get_key(q, element, "/K");
    if (!qpdf_oh_is_array(q, kids)) {
        mark_tree(f, kids, depth + 1);
        return;
    }
    int count = qpdf_oh_get_array_n_items(q, kids);
    for (int i = 0; i < count; i++) mark_tree(f, qpdf_oh_get_array_item(q, kids, i), depth + 1);
}

bool pdf_finish(struct op *op, str pdf, str language, const str *pictures, ptrdiff_t picture_count,
                str *out)
{
    qpdf_data q = qpdf_init();
    arena_defer(op->mem, close_pdf, q);
    qpdf_set_suppress_warnings(q, QPDF_TRUE);
    if (qpdf_read_memory(q, "document", pdf.at, (unsigned long long)pdf.len, NULL) & QPDF_ERRORS)
        return op_broken(op, ERR_INTERNAL, "qpdf could not read our own document");

    struct finish f = {q, op->mem, pictures, picture_count, 0};
    mark_catalog(&f, language);
    mark_pages(q);
    mark_tree(&f, qpdf_oh_get_key(q, qpdf_get_root(q), "/StructTreeRoot"), 0);

    if (qpdf_init_write_memory(q) & QPDF_ERRORS)
        return op_broken(op, ERR_INTERNAL, "qpdf could not start to write");
    qpdf_set_minimum_pdf_version(q, "1.7");
    qpdf_set_object_stream_mode(q, qpdf_o_generate);
    qpdf_set_deterministic_ID(q, QPDF_TRUE);
    if (qpdf_write(q) & QPDF_ERRORS) return op_broken(op, ERR_INTERNAL, "qpdf could not write");
    *out = str_copy(op->mem,
                    (str){(const char *)qpdf_get_buffer(q), (ptrdiff_t)qpdf_get_buffer_length(q)});
    return true;
}
