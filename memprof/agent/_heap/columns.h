/*
 * Columns of figures, a row for each site, as the text a capture has them in.
 *
 * An integer object and its text for each figure would be most of what a look
 * costs; so they are written here, into memory of the engine's own.
 */
#ifndef MEMPROF_COLUMNS_H
#define MEMPROF_COLUMNS_H

#include "../_cpython/frames.h"

#include "memory.h"

#define ROWS_PER_RECORD 20000  /* as in wire.py: figures in a column of one record */
#define MOST_DIGITS 21         /* of a figure, with its sign and a comma */
#define COLUMN_SIZE ((size_t)ROWS_PER_RECORD * MOST_DIGITS)
/* Each run of sites is two figures. */
#define PAGES_SIZE (4 * COLUMN_SIZE)

typedef struct {
    char *text;
    size_t length;
} Column;

typedef struct {
    PyObject *records;         /* bytes, "runs":[...],... each */
    char *pages;
    Column runs, figures[2];
    int kinds;                 /* columns beside the runs: bytes and blocks, or blocks */
    uint32_t rows, most;       /* of this record */
    int64_t first, next;       /* the run that is open: sites from first, up to next */
} Columns;

static void
write_figure(Column *column, int64_t value)
{
    char digits[MOST_DIGITS];
    int at = MOST_DIGITS;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    digits[--at] = ',';
    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    if (value < 0) {
        digits[--at] = '-';
    }
    memcpy(column->text + column->length, digits + at, (size_t)(MOST_DIGITS - at));
    column->length += (size_t)(MOST_DIGITS - at);
}

/* Records of bytes and blocks, or if *blocks* is not 0 of so many figures a row, all blocks. */
static bool
begin_columns(Columns *columns, uint32_t blocks)
{
    *columns = (Columns){.kinds = blocks ? 1 : 2, .most = ROWS_PER_RECORD / (blocks ? blocks : 1)};
    columns->pages = take_pages(PAGES_SIZE);
    columns->records = PyList_New(0);
    if (columns->pages == NULL && columns->records != NULL) {
        PyErr_NoMemory();
        Py_CLEAR(columns->records);
    }
    columns->runs.text = columns->pages;
    columns->figures[0].text = columns->pages + 2 * COLUMN_SIZE;
    columns->figures[1].text = columns->pages + 3 * COLUMN_SIZE;
    return columns->records != NULL;
}

static void
end_run(Columns *columns)
{
    if (columns->next != columns->first) {
        write_figure(&columns->runs, columns->first);
        write_figure(&columns->runs, columns->next - columns->first);
    }
}

/* Return the length of *column* without the comma behind its last figure. */
static size_t
length_of(const Column *column)
{
    return column->length ? column->length - 1 : 0;
}

/* Add a piece of text at *end*; return where it then ends. */
static char *
add_text(char *end, const char *text, size_t length)
{
    memcpy(end, text, length);
    return end + length;
}

static bool
end_record(Columns *columns)
{
    static const char *const names[2][2] = {{",\"blocks\":["}, {",\"bytes\":[", ",\"blocks\":["}};
    end_run(columns);
    size_t length = strlen("\"runs\":[]") + length_of(&columns->runs);
    for (int kind = 0; kind < columns->kinds; kind++) {
        length += strlen(names[columns->kinds - 1][kind]) + length_of(&columns->figures[kind]) + 1;
    }
    PyObject *record = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)length);
    if (record == NULL) {
        return false;
    }
    char *end = add_text(PyBytes_AS_STRING(record), "\"runs\":[", strlen("\"runs\":["));
    end = add_text(end, columns->runs.text, length_of(&columns->runs));
    *end++ = ']';
    for (int kind = 0; kind < columns->kinds; kind++) {
        const char *name = names[columns->kinds - 1][kind];
        end = add_text(end, name, strlen(name));
        end = add_text(end, columns->figures[kind].text, length_of(&columns->figures[kind]));
        *end++ = ']';
    }
    bool well = PyList_Append(columns->records, record) == 0;
    Py_DECREF(record);
    columns->runs.length = columns->figures[0].length = columns->figures[1].length = 0;
    columns->rows = 0;
    columns->first = columns->next = 0;
    return well;
}

/* Begin the row of *site*, whose number is above those before. */
static bool
begin_row(Columns *columns, int64_t site)
{
    if (columns->rows == columns->most && !end_record(columns)) {
        return false;
    }
    if (columns->rows++ == 0 || site != columns->next) {
        end_run(columns);
        columns->first = site;
    }
    columns->next = site + 1;
    return true;
}

static bool
append_row(Columns *columns, int64_t site, int64_t bytes, int64_t blocks)
{
    if (!begin_row(columns, site)) {
        return false;
    }
    write_figure(&columns->figures[0], bytes);
    write_figure(&columns->figures[1], blocks);
    return true;
}

/*
 * Return the records, NULL if all is not *well*: none where there is no row, or
 * one without rows if there must be *any*.
 */
static PyObject *
end_columns(Columns *columns, bool well, bool any)
{
    if (well && (columns->rows || (any && PyList_GET_SIZE(columns->records) == 0))) {
        well = end_record(columns);
    }
    give_pages(columns->pages, PAGES_SIZE);
    if (!well) {
        Py_CLEAR(columns->records);
    }
    return columns->records;
}

#endif
