package body_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"example.com/pipesfake/fake/internal/body"
	"example.com/pipesfake/fake/internal/pipes"
)

func TestWhatIsAJSONObject(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, body, want string }{
		{"an object", ` {"a": {"b": [1, null]}} ` + "\n", ""},
		{"an empty object", `{}`, ""},
		{"equal names in different objects", `{"a": {"a": 1}}`, ""},
		{"nothing", "", "The body is empty; a JSON object is wanted."},
		{"only spaces", " \n", "The body is empty; a JSON object is wanted."},
		{"an array", `[]`, "The body is a JSON array; an object is wanted."},
		{"a string", `"{}"`, "The body is a JSON string; an object is wanted."},
		{"a number", `1`, "The body is a JSON number; an object is wanted."},
		{"true", `true`, "The body is a JSON boolean; an object is wanted."},
		{"null", `null`, "The body is a JSON null; an object is wanted."},
		{"it begins like null", `nul`, "The body is not valid JSON: it ends too early."},
		{"no JSON", `user_id=1`, `The body is not valid JSON: invalid character 'u' at start of value, at byte 0.`},
		{"it ends too early", `{"a": 1`, "The body is not valid JSON: it ends too early."},
		{"more after it", `{} {}`, "The body goes on after its JSON object, at byte 4."},
		{"no JSON after it", `{} x`, `The body is not valid JSON: invalid character 'x' at start of value, at byte 3.`},
		{"a name twice", `{"a": 1, "a": 2}`,
			`The body is not valid JSON: the name "a" occurs twice in its object, at byte 9.`},
		{"a name twice within", `{"b": {"a": 1, "\u0061": 2}}`,
			`The body is not valid JSON: the name "a" occurs twice in its object, at byte 15.`},
		{"invalid UTF-8", "{\"a\": \"\xff\"}", "The body is not valid JSON: invalid UTF-8, at byte 7."},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := new(body.Parser).Parse([]byte(test.body))
			if test.want == "" && err == nil {
				return
			}
			if codeOf(t, err) != pipes.InvalidJSON || !strings.HasSuffix(err.Error(), ": "+test.want) {
				t.Errorf("%v, want %s", err, test.want)
			}
		})
	}
}

// A parser is used again, after mistakes as well.
func TestParserIsUsedAgain(t *testing.T) {
	t.Parallel()
	parser := new(body.Parser)
	for i := range 3 {
		if _, err := parser.Parse([]byte(`{"a": `)); err == nil {
			t.Error("half an object is accepted")
		}
		object, err := parser.Parse([]byte(fmt.Sprintf(`{"a": "%d"}`, i)))
		if err != nil || object.FilledText("a", true) != fmt.Sprint(i) {
			t.Errorf("object %d: %v", i, err)
		}
	}
}

// parsed returns the object of a body.
func parsed(t *testing.T, text string) *body.Object {
	t.Helper()
	object, err := new(body.Parser).Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return object
}

// fieldErrors lists the mistakes in an object, a line each.
func fieldErrors(t *testing.T, object *body.Object) (lines []string) {
	t.Helper()
	var wire *pipes.Error
	if err := object.Err(); err != nil && !errors.As(err, &wire) {
		t.Fatalf("%v is not an error of the API", err)
	}
	if wire == nil {
		return nil
	}
	for _, one := range wire.Errors {
		lines = append(lines, one.Field+" "+one.Code+": "+one.Message)
	}
	return lines
}

func TestMistakesInAField(t *testing.T) {
	t.Parallel()
	word := func(o *body.Object) { o.FilledText("a", true) }
	optional := func(o *body.Object) { o.FilledText("a", false) }
	id := func(o *body.Object) { o.ID("a", true) }
	oneOf := func(o *body.Object) { o.OneOf("a", "left", "right") }
	texts := func(o *body.Object) { o.Texts("a") }
	within := func(o *body.Object) {
		if b := o.Object("a"); b != nil {
			b.FilledText("b", true)
		}
	}
	for _, test := range []struct {
		name, body string
		read       func(*body.Object)
		want       string
	}{
		{"a string", `{"a": "b"}`, word, ""},
		{"absent", `{}`, word, "a required: a is required"},
		{"null", `{"a": null}`, word, "a required: a is required"},
		{"absent, but there is an SDK's name for it", `{"A_": 1}`, word,
			`a required: a is required: write it in place of "A_"`},
		{"absent, but optional", `{}`, optional, ""},
		{"null, but optional", `{"a": null}`, optional, ""},
		{"empty", `{"a": ""}`, optional, "a invalid: a must not be empty"},
		{"a number", `{"a": 1}`, optional, "a invalid_type: a must be a string, not a JSON number"},
		{"an id with a line break", `{"a": "a\nb"}`, id, "a invalid: a has a control character in it"},
		{"one of some", `{"a": "left"}`, oneOf, ""},
		{"none of some", `{"a": "lef"}`, oneOf, `a invalid: a is "lef", not one of left, right (did you mean left?)`},
		{"a URL", `{"a": "https://a.test"}`, func(o *body.Object) { o.URL("a") }, ""},
		{"no URL", `{"a": "a.test"}`, func(o *body.Object) { o.URL("a") },
			"a invalid: a is not a URL: write http://… or https://…"},
		{"a date", `{"a": "2026-01-15T12:00:00+01:00"}`, func(o *body.Object) { o.Date("a") }, ""},
		{"a date without a time", `{"a": "2026-01-15"}`, func(o *body.Object) { o.Date("a") },
			"a invalid: a is not a date like 2026-01-15T12:00:00.000Z"},
		{"a date before the year 1", `{"a": "0000-12-31T00:00:00Z"}`, func(o *body.Object) { o.Date("a") },
			"a invalid: a is not a date like 2026-01-15T12:00:00.000Z"},
		{"a flag", `{"a": false}`, func(o *body.Object) { o.Bool("a") }, ""},
		{"a flag as text", `{"a": "false"}`, func(o *body.Object) { o.Bool("a") },
			"a invalid_type: a must be true or false, not a JSON string"},
		{"a list", `{"a": ["b"]}`, texts, ""},
		{"a list that is a string", `{"a": "b"}`, texts,
			"a invalid_type: a must be an array of strings, not a JSON string"},
		{"a number in a list", `{"a": ["b", 1]}`, texts, "a[1] invalid_type: a[1] must be a string, not a JSON number"},
		{"a list of 2000", `{"a": ["b"` + strings.Repeat(`,"b"`, 1999) + `]}`, texts, ""},
		{"a longer list", `{"a": ["b"` + strings.Repeat(`,"b"`, 2000) + `]}`, texts,
			"a invalid: a has more than 2000 elements"},
		{"an object within", `{"a": {"b": "c"}}`, within, ""},
		{"an object within that is null", `{"a": null}`, within, ""},
		{"an object within that is a list", `{"a": []}`, within,
			"a invalid_type: a must be an object, not a JSON array"},
		{"a field within", `{"a": {}}`, within, "a.b required: a.b is required"},
		{"strings by name", `{"a": {"b": "c"}}`, func(o *body.Object) { o.Map("a") }, ""},
		{"a number by name", `{"a": {"b": 1}}`, func(o *body.Object) { o.Map("a") },
			"a.b invalid_type: a.b must be a string, not a JSON number"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			object := parsed(t, test.body)
			test.read(object)
			if got := strings.Join(fieldErrors(t, object), "\n"); got != test.want {
				t.Errorf("mistakes:\n%s\nwant:\n%s", got, test.want)
			}
		})
	}
}

// Null and an absent field are different things where null removes a value.
func TestAbsentNullAndEmpty(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, body       string
		isText, isNull   bool
		isList, isObject bool
	}{
		{"absent", `{}`, false, false, false, false},
		{"null", `{"a": null}`, false, true, false, false},
		{"an empty string", `{"a": ""}`, true, false, false, false},
		{"an empty list", `{"a": []}`, false, false, true, false},
		{"an empty object", `{"a": {}}`, false, false, false, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			text, isPresent := parsed(t, test.body).TextOrNull("a")
			if wantPresent := test.isText || test.isNull; isPresent != wantPresent || (text != nil) != test.isText {
				t.Errorf("TextOrNull returns %v, %v", text, isPresent)
			}
			if got := parsed(t, test.body).IsNull("a"); got != test.isNull {
				t.Errorf("IsNull returns %v", got)
			}
			if test.isText {
				return
			}
			if got := parsed(t, test.body).Scopes("a"); (got != nil) != (test.isList || test.isObject) {
				t.Errorf("Scopes returns %#v", got)
			}
			if got := parsed(t, test.body).Map("a"); (got != nil) != test.isObject {
				t.Errorf("Map returns %#v", got)
			}
		})
	}
}

// Twenty mistakes are listed, so that a response stays small.
func TestMoreMistakesThanAreListed(t *testing.T) {
	t.Parallel()
	var fields []string
	for i := range 30 {
		fields = append(fields, fmt.Sprintf(`"f%d": %d`, i, i))
	}
	text := "{" + strings.Join(fields, ",") + "}"
	object := parsed(t, text)
	for i := range 30 {
		object.OneOf(fmt.Sprintf("f%d", i), "a")
	}
	if got := fieldErrors(t, object); len(got) != 20 || !strings.HasPrefix(got[0], "f0 ") {
		t.Errorf("%d mistakes are listed, the first of them %q", len(got), got[0])
	}
	unread := parsed(t, text)
	unread.Strict()
	if got := fieldErrors(t, unread); len(got) != 20 {
		t.Errorf("%d unknown fields are listed", len(got))
	}
}

// Only strict objects refuse what nobody reads, also in objects within.
func TestUnknownFields(t *testing.T) {
	t.Parallel()
	read := func(o *body.Object) *body.Object {
		o.FilledText("name", false)
		o.Object("a").FilledText("b", false)
		return o
	}
	const text = `{"nme": "x", "a": {"other": 1}}`
	if got := fieldErrors(t, read(parsed(t, text))); got != nil {
		t.Errorf("refused without strict: %q", got)
	}
	strict := parsed(t, text)
	strict.Strict()
	want := `nme unknown: unknown field "nme" (did you mean name?) (strict: true refuses it)` + "\n" +
		`a.other unknown: unknown field "a.other" (strict: true refuses it)`
	if got := strings.Join(fieldErrors(t, read(strict)), "\n"); got != want {
		t.Errorf("mistakes:\n%s\nwant:\n%s", got, want)
	}
}
