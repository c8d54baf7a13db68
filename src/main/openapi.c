/* openapi -- see openapi.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "main/openapi.h"
#include <ctype.h>

/* The comma between members, none before the first. */
static void comma(struct out *o, bool *first)
{
    if (!*first)
        out_c(o, ",");
    *first = false;
}

static void key(struct out *o, const char *name)
{
    out_json(o, str_c(name));
    out_c(o, ":");
}

static void text(struct out *o, const char *name, const char *value)
{
    key(o, name);
    out_json(o, str_c(value ? value : ""));
}

static void field_schema(struct out *o, const struct field *f)
{
    out_c(o, "{");
    text(o, "title", f->label);
    if (f->hint) {
        out_c(o, ",");
        text(o, "description", f->hint);
    }
    if (field_is_time(f))
        out_c(o, ",\"type\":[\"string\",\"null\"],\"format\":\"date-time\"");
    else if (f->type == FIELD_BOOL)
        out_c(o, ",\"type\":\"boolean\"");
    else if (f->type == FIELD_INT && !field_is_id(f))
        out_c(o, ",\"type\":\"integer\"");
    else if (f->type == FIELD_INT)
        out_c(o, ",\"type\":[\"string\",\"null\"],\"pattern\":\"^[0-9]+$\"");
    else
        out_c(o, ",\"type\":\"string\"");
    if (f->type == FIELD_STR)
        out_printf(o, ",\"maxLength\":%d", f->max ? f->max : 200);
    if (f->type == FIELD_CODE && f->codes) {
        bool first = true;
        out_c(o, ",\"enum\":[");
        for (const char *const *c = f->codes; *c; c++) {
            comma(o, &first);
            out_json(o, str_c(*c));
        }
        out_c(o, "]");
    }
    out_c(o, "}");
}

/* What is written (`asking`) or what is read of a record. */
static void shape_schema(struct out *o, const struct shape *s, bool asking)
{
    bool first = true, any = false;
    out_c(o, "{\"type\":\"object\",\"properties\":{");
    for (size_t i = 0; i < s->nfields; i++) {
        const struct field *f = &s->fields[i];
        if (asking ? !f->ask : f->data == DATA_INNER)
            continue;
        comma(o, &first);
        key(o, f->name);
        field_schema(o, f);
        any = any || (asking && f->required);
    }
    out_c(o, "}");
    if (any) {
        out_c(o, ",\"required\":[");
        first = true;
        for (size_t i = 0; i < s->nfields; i++)
            if (s->fields[i].ask && s->fields[i].required) {
                comma(o, &first);
                out_json(o, str_c(s->fields[i].name));
            }
        out_c(o, "]");
    }
    out_c(o, "}");
}

static void path_parameters(struct out *o, const char *path)
{
    bool first = true;
    out_c(o, "\"parameters\":[");
    for (const char *p = path; *p; p++)
        if (*p == '{') {
            const char *from = ++p;
            while (*p != '}')
                p++;
            comma(o, &first);
            out_c(o, "{\"name\":");
            out_json(o, str_n(from, (size_t)(p - from)));
            out_c(o, ",\"in\":\"path\",\"required\":true,\"schema\":{\"type\":\"string\"}}");
        }
    out_c(o, "]");
}

static void operation(struct out *o, const struct route *r)
{
    out_c(o, "{");
    text(o, "summary", r->title);
    out_c(o, ",");
    path_parameters(o, r->path);
    if (r->in) {
        out_c(o, ",\"requestBody\":{\"content\":{\"application/json\":{\"schema\":");
        shape_schema(o, r->in, true);
        out_c(o, "}}}");
    }
    if (r->roles)
        out_c(o, ",\"security\":[{\"token\":[]}]");
    out_c(o, ",\"responses\":{\"200\":{\"description\":\"好\"");
    if (r->out) {
        out_c(o, ",\"content\":{\"application/json\":{\"schema\":");
        shape_schema(o, r->out, false);
        out_c(o, "}}");
    }
    out_c(o, "},\"default\":{\"description\":\"说明原因和怎么办\",\"content\":"
             "{\"application/problem+json\":{\"schema\":{\"$ref\":"
             "\"#/components/schemas/Problem\"}}}}}}");
}

/* All methods of one path stand in one object: earlier routes of the same path were written. */
static bool is_first_of_path(const struct route *routes, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (str_eq(str_c(routes[k].path), str_c(routes[i].path)))
            return false;
    return true;
}

static void method_name(struct out *o, const char *method)
{
    char lower[8] = {0};
    for (size_t i = 0; method[i] && i + 1 < sizeof lower; i++)
        lower[i] = (char)tolower((unsigned char)method[i]);
    key(o, lower);
}

static void feature_paths(struct out *o, const struct feature *f, bool *first)
{
    for (size_t i = 0; i < f->nroutes; i++) {
        const struct route *r = &f->routes[i];
        if (!str_starts(str_c(r->path), S("/api/")) || !is_first_of_path(f->routes, i))
            continue;
        comma(o, first);
        key(o, r->path);
        out_c(o, "{");
        bool first_method = true;
        for (size_t k = i; k < f->nroutes; k++)
            if (str_eq(str_c(f->routes[k].path), str_c(r->path))) {
                comma(o, &first_method);
                method_name(o, f->routes[k].method);
                operation(o, &f->routes[k]);
            }
        out_c(o, "}");
    }
}

void openapi_write(struct out *o, const struct feature *const *features, size_t n)
{
    bool first = true;
    out_c(o, "{\"openapi\":\"3.1.0\",\"info\":{\"title\":\"领航\",\"version\":\"1\"},\"paths\":{");
    for (size_t i = 0; i < n; i++)
        feature_paths(o, features[i], &first);
    out_c(o, "},\"components\":{\"securitySchemes\":{\"token\":{\"type\":\"http\",\"scheme\":"
             "\"bearer\"}},\"schemas\":{\"Problem\":{\"type\":\"object\",\"properties\":{"
             "\"type\":{\"type\":\"string\"},\"title\":{\"type\":\"string\"},"
             "\"status\":{\"type\":\"integer\"},\"detail\":{\"type\":\"string\"},"
             "\"instance\":{\"type\":\"string\"},\"errors\":{\"type\":\"array\",\"items\":{"
             "\"type\":\"object\",\"properties\":{\"field\":{\"type\":\"string\"},"
             "\"message\":{\"type\":\"string\"}}}}}}}}}");
}
