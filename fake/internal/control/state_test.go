package control

import (
	"math"
	"net/url"
	"testing"

	"example.com/pipesfake/fake/internal/model"
)

func TestReadStatePage(t *testing.T) {
	t.Parallel()
	const rule = " must be a whole number from 1 to "
	for query, c := range map[string]struct {
		from  model.From
		limit int
		wrong string
	}{
		"":        {},
		"limit=7": {limit: 7},
		"next=1&next_switch=2&next_integration=3": {from: model.From{Connection: 1, Switch: 2, Integration: 3}},
		"next=9223372036854775807":                {from: model.From{Connection: math.MaxInt64}},
		"next=9223372036854775808":                {wrong: "next: next" + rule + "9223372036854775807"},
		"limit=1001":                              {wrong: "limit: limit" + rule + "1000"},
		"limit=0":                                 {wrong: "limit: limit" + rule + "1000"},
		"limit=x&next=-1": {
			wrong: "next: next" + rule + "9223372036854775807\nlimit: limit" + rule + "1000",
		},
	} {
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		from, limit, wrong := readStatePage(values)
		if got := listed(wrong); got != c.wrong {
			t.Errorf("%s: the mistakes are %s, want %s", query, got, c.wrong)
		}
		if c.wrong == "" && (from != c.from || limit != c.limit) {
			t.Errorf("%s: the page begins at %v and has %d, want %v and %d", query, from, limit, c.from, c.limit)
		}
	}
}
