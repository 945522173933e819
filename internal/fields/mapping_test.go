package fields

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
)

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
			[]string{"guest.smoke: smoke must be true: to turn it off, leave it out"}},
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

// Write returns what Read has read, and Read returns what Write has written.
func TestWriteAndReadAreInverse(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		value room
		want  string
	}{
		"false is written, though it is the zero value": {room{}, `{"open":false}`},
		"defaults are left out":                         {room{Name: "blue", Open: true}, `{}`},
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
				t.Errorf("Read returns %+v (%v)", read, r.Mistakes)
			}
		})
	}
}

func TestWriteKeepsTheOrderOfDeclaredFields(t *testing.T) {
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

func TestCheckReportsProblemsOfStructs(t *testing.T) {
	t.Parallel()
	value := room{Name: "red", Beds: 10, Guest: &guest{Name: "Zoe"}}
	var got []string
	rooms().Check(&value, "", func(path, problem string) { got = append(got, path+" "+problem) })
	want := []string{`name is "red", not one of blue, green`, "beds must be a whole number from 1 to 9, not 10"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%q", got)
	}
}
