package e2e

import (
	"cmp"
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"
)

// values are what the strings of a case may stand for.
type values struct {
	now   time.Time               // when the case began
	saved map[string]any          // by name
	drops func(field string) bool // reports whether the SDK is said to have no such field
}

var (
	name   = regexp.MustCompile(`\$[a-z][a-z_0-9]*`)
	moment = regexp.MustCompile(`^now([+-]\w+)?$`)
)

// expand puts saved values in place of their names, and dates in place of now, now+1h and now-5m. A string that is
// nothing but a name becomes the value, whatever its type.
func (v values) expand(value any) (any, error) {
	switch value := value.(type) {
	case string:
		return v.expandString(value)
	case []any:
		items := make([]any, len(value))
		for i := range value {
			item, err := v.expand(value[i])
			if err != nil {
				return nil, err
			}
			items[i] = item
		}
		return items, nil
	case map[string]any:
		fields := map[string]any{}
		for key := range value {
			field, err := v.expand(value[key])
			if err != nil {
				return nil, err
			}
			fields[key] = field
		}
		return fields, nil
	default:
		return value, nil
	}
}

func (v values) expandString(text string) (any, error) {
	if found := moment.FindStringSubmatch(text); found != nil {
		by, err := time.ParseDuration(cmp.Or(found[1], "0s"))
		return v.now.Add(by).UTC().Format(time.RFC3339), err
	}
	if name.FindString(text) == text && text != "" {
		if value, has := v.saved[text[1:]]; has {
			return value, nil
		}
	}
	for _, found := range name.FindAllString(text, -1) {
		value, has := v.saved[found[1:]]
		if !has {
			return nil, fmt.Errorf("%s was not saved before", found)
		}
		text = strings.Replace(text, found, fmt.Sprint(value), 1)
	}
	return text, nil
}

// compare checks that got is as wanted: of an object the fields that are named, where null means also absent; of a list
// all items; of {} that it is empty. A string ~x is a regular expression, and !x anything but x; neither
// may be absent. Dates are moments, and those that are told by now may be off by less than a minute.
func (v values) compare(want, got any, path string) error {
	if text, is := want.(string); is {
		return v.compareString(text, got, path)
	}
	switch want := want.(type) {
	case map[string]any:
		fields, is := got.(map[string]any)
		if !is || len(want) == 0 && len(fields) > 0 {
			return fmt.Errorf("%s is %v, want an object like %v", path, got, want)
		}
		for key := range want {
			if _, has := fields[key]; !has && want[key] != nil && v.dropped(path+"."+key) {
				continue
			}
			if err := v.compare(want[key], fields[key], path+"."+key); err != nil {
				return err
			}
		}
		return nil
	case []any:
		items, is := got.([]any)
		if !is || len(items) != len(want) {
			return fmt.Errorf("%s is %v, want a list of %d like %v", path, got, len(want), want)
		}
		for i := range want {
			if err := v.compare(want[i], items[i], fmt.Sprintf("%s.%d", path, i)); err != nil {
				return err
			}
		}
		return nil
	case int:
		return equal(float64(want), got, path)
	default:
		return equal(want, got, path)
	}
}

// dropped reports whether the SDK has no such field: as told by its name, or with those of the objects it is in.
func (v values) dropped(path string) bool {
	for v.drops != nil {
		_, rest, found := strings.Cut(path, ".")
		if !found {
			return false
		}
		if v.drops(rest) {
			return true
		}
		path = rest
	}
	return false
}

func (v values) compareString(text string, got any, path string) error {
	if got == nil && (strings.HasPrefix(text, "~") || strings.HasPrefix(text, "!")) {
		return fmt.Errorf("%s is absent, want %s", path, text)
	}
	if pattern, is := strings.CutPrefix(text, "~"); is {
		found, err := regexp.MatchString(pattern, fmt.Sprint(got))
		if err == nil && !found {
			err = fmt.Errorf("%s is %v, want what matches %s", path, got, pattern)
		}
		return err
	}
	other, not := strings.CutPrefix(text, "!")
	if !not {
		other = text
	}
	want, err := v.expandString(other)
	if err != nil {
		return err
	}
	if at, is := date(got); is && moment.MatchString(other) {
		if about, _ := date(want); at.Sub(about).Abs() < time.Minute {
			return nil
		}
	}
	err = equal(want, got, path)
	if not && err == nil {
		return fmt.Errorf("%s is %v, want another", path, got)
	}
	if not {
		return nil
	}
	return err
}

func equal(want, got any, path string) error {
	a, isDate := date(want)
	if b, is := date(got); isDate && is && a.Equal(b) || reflect.DeepEqual(want, got) {
		return nil
	}
	text, err := json.Marshal(want)
	if err != nil {
		return err
	}
	return fmt.Errorf("%s is %#v, want %s", path, got, text)
}

func date(value any) (time.Time, bool) {
	text, is := value.(string)
	at, err := time.Parse(time.RFC3339, text)
	return at, is && err == nil
}

// save keeps what is at a path of a result: names of fields and numbers of items with dots between, or a dot for all.
func (v values) save(paths map[string]string, result any) error {
	for name, path := range paths {
		found := result
		for _, key := range strings.FieldsFunc(path, func(r rune) bool { return r == '.' }) {
			switch within := found.(type) {
			case map[string]any:
				found = within[key]
			case []any:
				found = nil
				if i := strings.Index("0123456789", key); i >= 0 && i < len(within) {
					found = within[i]
				}
			}
		}
		if found == nil {
			return fmt.Errorf("no %s to save as %s in %v", path, name, result)
		}
		v.saved[name] = found
	}
	return nil
}

func TestCompare(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	v := values{now: now, saved: map[string]any{"id": "x_1", "all": map[string]any{"a": 1.0}}}
	type object = map[string]any
	for name, test := range map[string]struct {
		want, got any
		same      bool
	}{
		"field not named":     {object{"a": 1}, object{"a": 1.0, "b": 2.0}, true},
		"field differs":       {object{"a": 1}, object{"a": 2.0}, false},
		"field absent":        {object{"a": 1}, object{}, false},
		"null is absent":      {object{"a": nil}, object{}, true},
		"null is not a value": {object{"a": nil}, object{"a": ""}, false},
		"empty object":        {object{}, object{"a": 1.0}, false},
		"no object":           {object{"a": nil}, nil, false},
		"list":                {[]any{"a", 1}, []any{"a", 1.0}, true},
		"longer list":         {[]any{"a"}, []any{"a", "b"}, false},
		"empty list":          {[]any{}, []any{"a"}, false},
		"order of a list":     {[]any{"a", "b"}, []any{"b", "a"}, false},
		"pattern":             {"~^x_[0-9]$", "x_1", true},
		"other pattern":       {"~^y", "x_1", false},
		"saved":               {"$id", "x_1", true},
		"saved, and differs":  {"$id", "x_2", false},
		"saved object":        {"$all", object{"a": 1.0}, true},
		"saved object grew":   {"$all", object{"a": 1.0, "b": 1.0}, false},
		"within a text":       {"of $id.", "of x_1.", true},
		"not saved":           {"$none", "$none", false},
		"another":             {"!$id", "x_2", true},
		"not another":         {"!$id", "x_1", false},
		"date":                {"2026-01-02T04:04:05Z", "2026-01-02T05:04:05.000+01:00", true},
		"date by now":         {"now+1h", "2026-01-02T04:04:59Z", true},
		"other date":          {"2026-01-02T04:04:05Z", "2026-01-02T04:04:06Z", false},
		"other date by now":   {"now-1h", "2026-01-02T03:04:05Z", false},
		"type":                {"1", 1.0, false},
		"pattern of absent":   {object{"a": "~."}, object{}, false},
		"pattern of null":     {object{"a": "~."}, object{"a": nil}, false},
		"another than absent": {object{"a": "!$id"}, object{}, false},
		"another than null":   {object{"a": "!$id"}, object{"a": nil}, false},
	} {
		if err := v.compare(test.want, test.got, "it"); (err == nil) != test.same {
			t.Errorf("%s: %v", name, err)
		}
	}
}
