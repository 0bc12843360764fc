/* Records with one member changed: the rest stays as it was written. */
#include "interp/stepper_internal.h"

pol_members_of pol_record_members(pol_arena *arena, pol_str json)
{
    pol_members_of members = { 0 };
    pol_json reader;
    pol_json_init(&reader, json);
    if (pol_json_next(&reader) != POL_JSON_OBJECT)
        return members;
    while (pol_json_next(&reader) == POL_JSON_KEY) {
        pol_member member = { 0 };
        if (!pol_json_decode(arena, reader.token, reader.escaped, &member.key))
            break;
        const pol_json_event event = pol_json_next(&reader);
        const size_t start = (size_t)(reader.token.bytes - json.bytes);
        if (event == POL_JSON_ERROR)
            break;
        if ((event == POL_JSON_OBJECT || event == POL_JSON_ARRAY) && !pol_json_skip(&reader))
            break;
        const bool nested = event == POL_JSON_OBJECT || event == POL_JSON_ARRAY;
        member.value = nested ? (pol_str){ json.bytes + start, reader.at - start } : reader.token;
        (void)POL_PUSH(arena, members, member);
    }
    return members;
}

static pol_str find(const pol_members_of *members, pol_str key)
{
    for (size_t i = 0; i < members->count; i++) {
        if (pol_str_equal(members->items[i].key, key))
            return members->items[i].value;
    }
    return POL_STR("");
}

pol_str pol_record_member(pol_arena *arena, pol_str json, pol_str key, bool parameter)
{
    pol_members_of members = pol_record_members(arena, json);
    if (parameter)
        members = pol_record_members(arena, find(&members, POL_STR("参数")));
    return find(&members, key);
}

static void add_member(pol_text *out, pol_str key, pol_str value)
{
    pol_text_add(out, out->length > 1 ? POL_STR(", ") : POL_STR(""));
    pol_json_write_string(out, key);
    pol_text_add(out, POL_STR(": "));
    pol_text_add(out, value);
}

/* An object with the member set, or, without a value, taken away; empty when nothing is left. */
static pol_str with(pol_arena *arena, const pol_members_of *members, pol_str key, pol_str value)
{
    pol_text out;
    bool placed = value.length == 0;
    pol_text_init(&out, arena);
    pol_text_char(&out, '{');
    for (size_t i = 0; i < members->count; i++) {
        const bool changed = pol_str_equal(members->items[i].key, key);
        if (!changed)
            add_member(&out, members->items[i].key, members->items[i].value);
        else if (!placed)
            add_member(&out, key, value);
        placed |= changed;
    }
    if (!placed)
        add_member(&out, key, value);
    if (out.length == 1)
        return POL_STR("");
    pol_text_char(&out, '}');
    return pol_text_str(&out);
}

pol_str pol_record_with(pol_arena *arena, pol_str json, pol_str key, bool parameter, pol_str value)
{
    const pol_members_of members = pol_record_members(arena, json);
    if (!parameter)
        return with(arena, &members, key, value);
    const pol_members_of inner = pol_record_members(arena, find(&members, POL_STR("参数")));
    return with(arena, &members, POL_STR("参数"), with(arena, &inner, key, value));
}
