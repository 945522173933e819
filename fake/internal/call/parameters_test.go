package call

import (
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
)

// parametersOf returns the parameters of a query.
func parametersOf(query string) *Parameters {
	c := &Call{Query: httptest.NewRequest("GET", "/?"+query, nil).URL.Query()}
	return c.Parameters()
}

func TestThePartOfAListThatIsRequested(t *testing.T) {
	t.Parallel()
	for name, one := range map[string]struct {
		query string
		want  model.Page
		wrong string // the fields that are wrong
	}{
		"by default":           {"", model.Page{Limit: 10, Order: pipes.Descending}, ""},
		"a limit":              {"limit=100", model.Page{Limit: 100, Order: pipes.Descending}, ""},
		"after an object":      {"after=x&order=asc", model.Page{After: "x", Limit: 10, Order: pipes.Ascending}, ""},
		"before an object":     {"before=x&order=normal", model.Page{Before: "x", Limit: 10, Order: pipes.Normal}, ""},
		"empty parameters":     {"limit=&order=&after=", model.Page{Limit: 10, Order: pipes.Descending}, ""},
		"no limit at all":      {"limit=0", model.Page{}, "limit"},
		"too high a limit":     {"limit=101", model.Page{}, "limit"},
		"a limit in words":     {"limit=ten", model.Page{}, "limit"},
		"an unknown order":     {"order=up", model.Page{}, "order"},
		"after and before":     {"after=x&before=y", model.Page{}, "before"},
		"all mistakes at once": {"after=x&before=y&order=up&limit=0", model.Page{}, "order before limit"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := parametersOf(one.query)
			got := p.Page()
			if wrong := wrongFields(p); wrong != one.wrong {
				t.Fatalf("the wrong fields are %q, want %q", wrong, one.wrong)
			}
			if one.wrong == "" && got != one.want {
				t.Errorf("got %+v, want %+v", got, one.want)
			}
		})
	}
}

// wrongFields lists the fields that an error names, in its order.
func wrongFields(p *Parameters) string {
	if p.Err() == nil {
		return ""
	}
	var fields []string
	for _, field := range AsError(p.Err()).Errors {
		fields = append(fields, field.Field)
	}
	return strings.Join(fields, " ")
}

func TestFlags(t *testing.T) {
	t.Parallel()
	for query, one := range map[string]struct{ want, isWrong bool }{
		"": {}, "flag=": {}, "flag=true": {want: true}, "flag=false": {},
		"flag=1": {isWrong: true}, "flag=TRUE": {isWrong: true},
	} {
		p := parametersOf(query)
		if got := p.Flag("flag"); got != one.want || (p.Err() != nil) != one.isWrong {
			t.Errorf("%s: got %v, %v", query, got, p.Err())
		}
	}
}

func TestDates(t *testing.T) {
	t.Parallel()
	const absent = ""
	for query, one := range map[string]struct {
		want    string
		isWrong bool
	}{
		"":                               {absent, false},
		"at=":                            {absent, false},
		"at=2026-01-15":                  {"2026-01-15T00:00:00.000Z", false},
		"at=2026-01-15T12:00:00Z":        {"2026-01-15T12:00:00.000Z", false},
		"at=2026-01-15T12:00:00.123Z":    {"2026-01-15T12:00:00.123Z", false},
		"at=2026-01-15T12:00:00%2B02:00": {"2026-01-15T10:00:00.000Z", false},
		"at=2026-01-15T12:00:00":         {absent, true},
		"at=15.1.2026":                   {absent, true},
		"at=2026-02-30":                  {absent, true},
		"at=1768478400":                  {absent, true},
	} {
		p := parametersOf(query)
		got := absent
		if at := p.Date("at"); at != nil {
			got = pipes.Timestamp(*at)
		}
		if got != one.want || (p.Err() != nil) != one.isWrong {
			t.Errorf("%s: got %q, %v", query, got, p.Err())
		}
	}
}

func TestIDsInQueries(t *testing.T) {
	t.Parallel()
	for query, isWrong := range map[string]bool{"": false, "id=": false, "id=org_1": false, "id=a%00b": true} {
		p := parametersOf(query)
		p.ID("id")
		if (p.Err() != nil) != isWrong {
			t.Errorf("%s: %v", query, p.Err())
		}
	}
}

func TestTheContentTypeOfJSON(t *testing.T) {
	t.Parallel()
	for contentType, want := range map[string]bool{
		"application/json": true, "application/json; charset=utf-8": true, "Application/JSON ;x": true,
		"": false, "text/plain": false, "application/jsonx": false, "application/x-www-form-urlencoded": false,
	} {
		if got := isJSON(contentType); got != want {
			t.Errorf("%q: got %v, want %v", contentType, got, want)
		}
	}
}

func TestTheAddressOfTheServer(t *testing.T) {
	t.Parallel()
	c := Call{Request: httptest.NewRequest("GET", "http://localhost:8080/", nil)}
	if got := c.ConsentURL("abc"); got != "http://localhost:8080/data-integrations/abc/authorize-redirect" {
		t.Errorf("got %s", got)
	}
	c.ExternalURL = "https://fake.example/pipes"
	if got := c.ConsentURL("abc"); got != "https://fake.example/pipes/data-integrations/abc/authorize-redirect" {
		t.Errorf("behind a proxy: got %s", got)
	}
}
