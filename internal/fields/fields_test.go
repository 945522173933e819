package fields

import (
	"encoding/json"
	"fmt"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"
)

// room and its guest are a small language of their own.
type room struct {
	Name     string
	Beds     int
	Open     bool
	Colors   []string
	Since    time.Duration
	Password string
	Guest    *guest
	Key      any
}

type guest struct {
	Name  string
	Smoke bool
}

var guestMapping = NewMapping("guest", []Field[guest]{
	Bind("name", FilledText(), func(g *guest) *string { return &g.Name }, "The name.").Required("a guest needs one"),
	Bind("smoke", Flag(), func(g *guest) *bool { return &g.Smoke }, "Whether the guest smokes."),
})

func rooms() *Mapping[room] {
	m := NewMapping("room", []Field[room]{
		Bind("name", Choice("blue", "green").WithDefault("blue"), func(r *room) *string { return &r.Name },
			"The name."),
		Bind("beds", Between(1, 9), func(r *room) *int { return &r.Beds }, "How many beds.").DocumentDefault(2),
		Bind("open", Bool().WithDefault(true), func(r *room) *bool { return &r.Open }, "Whether it is open."),
		Bind("colors", Choices("red", "white"), func(r *room) *[]string { return &r.Colors }, "Of the walls.").OrNull(),
		Bind("since", Duration(), func(r *room) *time.Duration { return &r.Since }, "For how long."),
		Bind("password", FilledText().Hide(), func(r *room) *string { return &r.Password }, "Of the door."),
		Bind("guest", Nested(guestMapping), func(r *room) **guest { return &r.Guest }, "Who sleeps there."),
		Declare[room]("key", Shape{Name: "anything", Schema: `{}`}, "Its | key."),
	})
	m.Hint = func(key string) string {
		if key == "pool" {
			return ": the hotel has it"
		}
		return ""
	}
	return m
}

func parse(t *testing.T, text string) *Node {
	t.Helper()
	n, err := FromJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestReadReportsEveryMistakeOfAJSONBody(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"nothing": {`{}`, nil},
		"everything": {`{"name": "green", "beds": 3, "open": false, "colors": ["red"], "since": "1h", "key": 1}`,
			nil},
		"null for left out": {`{"colors": null}`, nil},
		"null elsewhere":    {`{"beds": null}`, []string{"beds: beds must be a whole number from 1 to 9, not nothing"}},
		"a list": {`[]`,
			[]string{": the file must be a mapping, not a list (it takes name, beds, open, colors, since, password, " +
				"guest, key)"}},
		"an unknown key":    {`{"nam": "blue"}`, []string{`nam: unknown key "nam" (did you mean name?)`}},
		"a key with a hint": {`{"pool": 1}`, []string{`pool: unknown key "pool": the hotel has it`}},
		"not a choice": {`{"name": "gren"}`,
			[]string{`name: name is "gren", not one of blue, green (did you mean green?)`}},
		"an empty choice": {`{"name": ""}`,
			[]string{"name: name must not be empty: leave it out for its default"}},
		"not a number": {`{"beds": "2"}`,
			[]string{`beds: beds must be a whole number from 1 to 9, not "2": remove the quotes`}},
		"not whole": {`{"beds": 1.5}`, []string{"beds: beds must be a whole number from 1 to 9, not the number 1.5"}},
		"too many":  {`{"beds": 10}`, []string{"beds: beds must be a whole number from 1 to 9, not 10"}},
		"more than an int64": {`{"beds": 99999999999999999999}`,
			[]string{"beds: beds must be a whole number from 1 to 9, not the number 99999999999999999999"}},
		"not a truth value": {`{"open": 1}`, []string{"open: open must be true or false, not the number 1"}},
		"a choice twice":    {`{"colors": ["red", "red"]}`, []string{`colors[1]: colors names "red" twice`}},
		"no choice": {`{"colors": []}`,
			[]string{"colors: colors must not be empty: leave it out for its default"}},
		"not a list": {`{"colors": "red"}`, []string{`colors: colors must be a list, not "red"`}},
		"no unit":    {`{"since": 5}`, []string{`since: since "5" has no unit (write 5s, 5m or 5h)`}},
		"days": {`{"since": "7d"}`,
			[]string{`since: since "7d" counts days, which have no fixed length (write hours: 24h)`}},
		"a flag that is false": {`{"guest": {"name": "Zoe", "smoke": false}}`,
			[]string{"guest.smoke: smoke takes true: leave it out for none"}},
		"a required key": {`{"guest": {}}`, []string{"guest.name: name is missing: a guest needs one"}},
		"several": {`{"beds": 0, "name": 1, "guest": {"name": 2}}`, []string{
			"name: name must be a string, not the number 1", "beds: beds must be a whole number from 1 to 9, not 0",
			"guest.name: name must be a string, not the number 2",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var r Reader
			rooms().Read(&r, parse(t, c.text), "", new(room))
			var got []string
			for _, mistake := range r.Mistakes {
				got = append(got, mistake.Path+": "+mistake.Message)
			}
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

// What was read is written again, and what was written reads as before.
func TestWriteAndReadAreInverse(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		value room
		want  string
	}{
		"the zero value says that it is closed": {room{}, `{"open":false}`},
		"defaults are left out":                 {room{Name: "blue", Open: true}, `{}`},
		"everything": {
			room{Name: "green", Beds: 2, Open: true, Colors: []string{"red"}, Since: 90 * time.Minute,
				Guest: &guest{Name: "Zoe"}},
			`{"name":"green","beds":2,"colors":["red"],"since":"1h30m","guest":{"name":"Zoe"}}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, err := json.Marshal(rooms().Write(&c.value))
			if err != nil || string(text) != c.want {
				t.Fatalf("%s (%v), want %s", text, err, c.want)
			}
			var r Reader
			read := room{Name: c.value.Name, Open: true}
			rooms().Read(&r, parse(t, string(text)), "", &read)
			if len(r.Mistakes) > 0 || !reflect.DeepEqual(read, c.value) {
				t.Errorf("it reads as %+v (%v)", read, r.Mistakes)
			}
		})
	}
}

func TestWriteAddsDeclaredFieldsInTheirPlace(t *testing.T) {
	t.Parallel()
	m := NewMapping("m", []Field[guest]{
		Declare[guest]("first", Shape{}, ""),
		Bind("name", Text(), func(g *guest) *string { return &g.Name }, ""),
		Declare[guest]("last", Shape{}, ""),
	})
	tree := m.Write(&guest{Name: "Zoe"}, Member{"last", nil}, Member{"first", 1}, Member{"unknown", 2})
	if got := fmt.Sprint(tree); got != "[{first 1} {name Zoe} {last <nil>}]" {
		t.Error(got)
	}
}

func TestCheckFindsWhatGoCodeDidWrong(t *testing.T) {
	t.Parallel()
	value := room{Name: "red", Beds: 10, Guest: &guest{Name: "Zoe"}}
	var got []string
	rooms().Check(&value, "", func(path, problem string) { got = append(got, path+" "+problem) })
	want := []string{`name is "red", not one of blue, green`, "beds must be a whole number from 1 to 9, not 10"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%q", got)
	}
}

// Queries and forms are texts: numbers and truth values are read from them, too.
func TestFromValues(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]string{
		"beds=3&open=true&name=green&colors=red&colors=white": "{green 3 true [red white] 0s  <nil> <nil>}",
		"beds=three": "beds must be a whole number from 1 to 9, not \"three\"",
		"open=yes":   "open must be true or false, not \"yes\"",
		"badge=1":    "unknown key \"badge\" (it takes name, beds, open, colors, since, password, guest, key)",
	} {
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		var r Reader
		var read room
		rooms().Read(&r, FromValues(values), "", &read)
		got := fmt.Sprint(read)
		if len(r.Mistakes) > 0 {
			got = r.Mistakes[0].Message
		}
		if got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
}

func TestMistakesBeyondTheLimitAreOnlyCounted(t *testing.T) {
	t.Parallel()
	r := Reader{Limit: 2}
	for range 5 {
		r.Mistake(&Node{}, "a", "wrong")
	}
	if len(r.Mistakes) != 5 || r.Mistakes[1].Message == "" || r.Mistakes[2].Message != "" {
		t.Errorf("%v", r.Mistakes)
	}
}

func TestSecretsAreRemembered(t *testing.T) {
	t.Parallel()
	var r Reader
	rooms().Read(&r, parse(t, `{"password": "hush", "name": "blue"}`), "", new(room))
	if len(r.Secrets) != 1 || r.Secrets[0].Text != "hush" {
		t.Errorf("%v", r.Secrets)
	}
}

func TestPlain(t *testing.T) {
	t.Parallel()
	text := func(s string) *Node { return &Node{Kind: String, Text: s} }
	one, two := &Node{Kind: Integer, Text: "1", Value: 1}, &Node{Kind: Integer, Text: "2", Value: 2}
	base := &Node{Kind: Map, Entries: []Entry{{text("a"), one}, {text("b"), one}}}
	for name, c := range map[string]struct {
		node *Node
		want string
	}{
		"scalars": {&Node{Kind: List, Items: []*Node{text("x"), one, {}}}, `["x",1,null]`},
		"a merge key": {&Node{Kind: Map, Entries: []Entry{
			{&Node{Kind: MergeKey, Text: "<<"}, base}, {text("a"), two}}}, `{"a":2,"b":1}`},
		"a key that is a number": {&Node{Kind: Map, Entries: []Entry{{one, two}}},
			"its key the number 1 is not a string"},
		"a merge of a scalar": {&Node{Kind: Map, Entries: []Entry{{&Node{Kind: MergeKey}, one}}},
			"the merge key << needs a mapping"},
	} {
		value, err := c.node.Plain()
		got := fmt.Sprint(err)
		if err == nil {
			encoded, _ := json.Marshal(value)
			got = string(encoded)
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestSchemaAndTable(t *testing.T) {
	t.Parallel()
	schema := rooms().SchemaText()
	for _, part := range []string{
		`"name":{"description":"The name.","enum":["blue","green"],"default":"blue"}`,
		`"beds":{"description":"How many beds.","type":"integer","minimum":1,"maximum":9,"default":2}`,
		`"since":{"description":"For how long.","$ref":"#/definitions/duration"}`,
		`"guest":{"description":"Who sleeps there.","type":"object","required":["name"]`,
	} {
		if !strings.Contains(schema, part) {
			t.Errorf("the schema lacks %s: %s", part, schema)
		}
	}
	table := rooms().Table()
	for _, row := range []string{
		"| `name` | `blue`, `green` | `blue` | The name. |\n",
		"| `password` | text |  | Of the door. Secret: it is never shown. |\n",
		"| `colors` | list of `red`, `white`, or nothing |  | Of the walls. |\n",
		"| `key` | anything |  | Its \\| key. |\n",
	} {
		if !strings.Contains(table, row) {
			t.Errorf("the table lacks %s: %s", row, table)
		}
	}
}

func TestSuggestions(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"user": " (did you mean user_id?)", "tmies": " (did you mean times?)", "TIMES": " (did you mean times?)",
		"xyz": "", "": "", strings.Repeat("user_id", 20): "",
	} {
		if got := DidYouMean(text, []string{"times", "user_id"}); got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
}

func TestDurations(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"1h": "1h", "90m": "1h30m", "60s": "1m", "-90s": "-1m30s", "1500ms": "1.5s", "24h": "24h", "1h0m1s": "1h0m1s",
		"5":        `"5" has no unit (write 5s, 5m or 5h)`,
		"7d":       `"7d" counts days, which have no fixed length (write hours: 24h)`,
		"9999999h": `"9999999h" is longer than a hundred years`,
		"soon":     `"soon" is not a duration (write 90s, 5m or 1h30m)`,
	} {
		d, err := ParseDuration(text)
		got := FormatDuration(d)
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}
