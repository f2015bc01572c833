#include "adapters/documents/fonts.h"

#include "base/arena.h"

#include <fontconfig/fontconfig.h>
#include <pthread.h>

/* Debian's packages, and where its fonts are indexed when they are installed. Folders that do not
 * exist are skipped. Nothing is looked at again while the program runs. */
static const FcChar8 *font_rules(void)
{
    return (const FcChar8 *)"<?xml version=\"1.0\"?>"
                            "<!DOCTYPE fontconfig SYSTEM \"fonts.dtd\">"
                            "<fontconfig>"
                            "<dir>/usr/share/fonts/truetype/noto</dir>"
                            "<dir>/usr/share/fonts/opentype/noto</dir>"
                            "<dir>/usr/share/fonts/truetype/dejavu</dir>"
                            "<dir>/usr/share/fonts/truetype/liberation</dir>"
                            "<dir>/usr/share/fonts/truetype/droid</dir>"
                            "<cachedir>/var/cache/fontconfig</cachedir>"
                            "<cachedir prefix=\"xdg\">fontconfig</cachedir>"
                            "<config><rescan><int>0</int></rescan></config>"
                            "</fontconfig>";
}

/* Fontconfig has one current configuration for the whole process: ours, from the first document
 * on. Pango reads it for every font map it makes. */
static void load_fonts(void)
{
    FcConfig *fonts = FcConfigCreate();
    if (!fonts) return;
    if (FcConfigParseAndLoadFromMemory(fonts, font_rules(), FcTrue) && FcConfigBuildFonts(fonts))
        FcConfigSetCurrent(fonts);
    FcConfigDestroy(fonts); /* our reference only */
}

static bool fonts_loaded(struct op *op)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load_fonts);
    FcConfig *fonts = FcConfigReference(NULL);
    const FcFontSet *set = FcConfigGetFonts(fonts, FcSetSystem);
    bool some = set && set->nfont > 0;
    FcConfigDestroy(fonts);
    if (some) return true;
    return op_broken(op, ERR_INTERNAL,
                     "There is no font to set a document in. Install fonts-noto-core.");
}

bool fonts_context(struct op *op, const char *language, bool rtl, PangoContext **out)
{
    if (!fonts_loaded(op)) return false;
    PangoContext *context = pango_font_map_create_context(pango_cairo_font_map_get_default());
    arena_defer(op->mem, g_object_unref, context);

    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(context, options);
    cairo_font_options_destroy(options);

    pango_cairo_context_set_resolution(context, 72); /* one unit is one point */
    pango_context_set_round_glyph_positions(context, FALSE);
    pango_context_set_language(context, pango_language_from_string(language));
    pango_context_set_base_dir(context, rtl ? PANGO_DIRECTION_RTL : PANGO_DIRECTION_LTR);
    *out = context;
    return true;
}
