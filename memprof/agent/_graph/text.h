/*
 * Text about objects, written into memory of our own: text that is read in
 * place, and names of types.  No string is made, encoded or hashed.
 */
#ifndef MEMPROF_TEXT_H
#define MEMPROF_TEXT_H

#include "objects.h"

#define MOST_LETTERS 400
#define MOST_LETTERS_OF_A_NAME 60

typedef struct {
    size_t length;
    char letters[MOST_LETTERS + 8];
} Text;

static void
write_letter(Text *words, Py_UCS4 letter)
{
    char *at = words->letters + words->length;
    if (words->length >= MOST_LETTERS) {
        return;
    }
    if (letter < 0x80) {
        *at++ = (char)(letter < 0x20 || letter == 0x7f ? '?' : letter);
    }
    else if (letter >= 0xd800 && letter < 0xe000) {
        *at++ = '?';  /* half a letter has no UTF-8 */
    }
    else {
        int more = letter < 0x800 ? 1 : letter < 0x10000 ? 2 : 3;
        *at++ = (char)((0xf00 >> (more + 1) & 0xff) | letter >> 6 * more);
        while (more--) {
            *at++ = (char)(0x80 | (letter >> 6 * more & 0x3f));
        }
    }
    words->length = (size_t)(at - words->letters);
}

static void
write_plain(Text *words, const char *text)
{
    while (*text) {
        write_letter(words, (unsigned char)*text++);
    }
}

static void
write_number(Text *words, size_t number)
{
    char digits[24];
    snprintf(digits, sizeof(digits), "%zu", number);
    write_plain(words, digits);
}

/* Write the string *text* from *start* on; a long one is cut. */
static void
write_text_from(Text *words, PyObject *text, Py_ssize_t start)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(text), end = start + MOST_LETTERS_OF_A_NAME;
    end = end < length ? end : length;
    for (Py_ssize_t at = start; at < end; at++) {
        write_letter(words, PyUnicode_READ_CHAR(text, at));
    }
    if (end < length) {
        write_plain(words, "...");
    }
}

static void
write_text(Text *words, PyObject *text)
{
    write_text_from(words, text, 0);
}

/* Write the name of *type*, without its module and the functions it was made in. */
static void
write_type(Text *words, PyTypeObject *type)
{
    if (type->tp_flags & Py_TPFLAGS_HEAPTYPE) {
        PyObject *name = ((PyHeapTypeObject *)type)->ht_qualname;
        Py_ssize_t start = 0;
        for (Py_ssize_t at = 0; at < PyUnicode_GET_LENGTH(name); at++) {
            start = PyUnicode_READ_CHAR(name, at) == '>' ? at + 2 : start;
        }
        write_text_from(words, name, start < PyUnicode_GET_LENGTH(name) ? start : 0);
        return;
    }
    const char *dot = strrchr(type->tp_name, '.');
    write_plain(words, dot == NULL ? type->tp_name : dot + 1);
}

/* Write what *object* is: the name of its type, of a class its own. */
static void
write_kind(Text *words, PyObject *object)
{
    if (PyType_Check(object)) {
        write_plain(words, "class ");
    }
    write_type(words, PyType_Check(object) ? (PyTypeObject *)object : Py_TYPE(object));
}

/* Return *words* as a string. */
static PyObject *
string_of(const Text *words)
{
    const char *end = words->length < MOST_LETTERS ? "" : "...";
    PyObject *start = PyUnicode_DecodeUTF8(words->letters, (Py_ssize_t)words->length, "replace");
    PyObject *string = start == NULL ? NULL : PyUnicode_FromFormat("%U%s", start, end);
    Py_XDECREF(start);
    return string;
}

#endif
