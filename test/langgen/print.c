/* Prints the table that langgen made of good.po, and the plural form for some numbers. */
#include "base/lang_table.h"

#include <stdio.h>

extern const struct lang_table lang_table_good;

int main(void)
{
    const struct lang_table *table = &lang_table_good;
    for (ptrdiff_t i = 0; i < table->count; i++) {
        printf("%s\n", table->sentences[i].english);
        for (int form = 0; form < table->form_count && table->sentences[i].forms[form]; form++)
            printf("    %s\n", table->sentences[i].forms[form]);
    }
    static const int numbers[] = {0, 1, 2, 4, 5, 11, 12, 21, 22, 112, 122};
    for (ptrdiff_t i = 0; i < COUNT(numbers); i++)
        printf("%d:%d ", numbers[i], table->form_for(numbers[i]));
    printf("of %d\n", table->form_count);
    return 0;
}
