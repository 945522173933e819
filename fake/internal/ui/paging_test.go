package ui

import (
	"slices"
	"strconv"
	"testing"

	"example.com/pipesfake/fake/internal/environment"
)

func TestWhichPartOfAListIsShown(t *testing.T) {
	t.Parallel()
	for name, one := range map[string]struct {
		offset, shown, total, pageSize int
		want                           listPart
	}{
		"an empty list":           {0, 0, 0, 10, listPart{}},
		"a list that fits":        {0, 7, 7, 10, listPart{From: 1, To: 7, Total: 7}},
		"the first page":          {0, 10, 25, 10, listPart{From: 1, To: 10, Total: 25, After: "10"}},
		"a page in the middle":    {10, 10, 25, 10, listPart{From: 11, To: 20, Total: 25, Before: "0", After: "20"}},
		"the last page":           {20, 5, 25, 10, listPart{From: 21, To: 25, Total: 25, Before: "10"}},
		"an offset within a page": {5, 10, 25, 10, listPart{From: 6, To: 15, Total: 25, Before: "0", After: "15"}},
		"an offset after the end": {30, 0, 25, 10, listPart{From: 25, To: 30, Total: 25, Before: "20"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := listPartOf(one.offset, one.shown, one.total, one.pageSize); got != one.want {
				t.Errorf("got %+v, want %+v", got, one.want)
			}
		})
	}
}

func TestHowManyRowsAPageOfConnectionsHas(t *testing.T) {
	t.Parallel()
	for providers, want := range map[int]int{0: 50, 1: 50, 4: 50, 5: 40, 12: 16, 100: 16} {
		if got := rowsFor(providers); got != want {
			t.Errorf("%d providers: got %d rows, want %d", providers, got, want)
		}
	}
}

func TestWhichProvidersAreShown(t *testing.T) {
	t.Parallel()
	many := make([]string, 30)
	for i := range many {
		many[i] = "p" + strconv.Itoa(i)
	}
	for name, one := range map[string]struct {
		across    string
		providers []string
		want      []string
	}{
		"examples, if there are none": {"", nil, []string{"github", "slack"}},
		"all that fit":                {"", many[:3], many[:3]},
		"the first ones":              {"", many, many[:12]},
		"from an offset on":           {"12", many, many[12:24]},
		"the last ones":               {"24", many, many[24:]},
		"an offset after the end":     {"99", many, many[29:]},
		"an offset before the start":  {"-5", many, many[:12]},
		"no number":                   {"x", many, many[:12]},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, _ := columnsFrom(one.across, one.providers); !slices.Equal(got, one.want) {
				t.Errorf("got %q, want %q", got, one.want)
			}
		})
	}
}

func TestEnvironmentsAreFoundByAPartOfTheirName(t *testing.T) {
	t.Parallel()
	all := []environment.Info{{Name: "CI-1"}, {Name: "ci-2"}, {Name: "default"}, {Name: "ci-3"}}
	for name, one := range map[string]struct {
		text  string
		limit int
		want  []string
		more  int
	}{
		"all":              {"", 10, []string{"CI-1", "ci-2", "default", "ci-3"}, 0},
		"in whatever case": {"Ci", 10, []string{"CI-1", "ci-2", "ci-3"}, 0},
		"up to a limit":    {"ci", 2, []string{"CI-1", "ci-2"}, 1},
		"none":             {"x", 10, nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found, more := matching(all, one.text, one.limit)
			var names []string
			for _, one := range found {
				names = append(names, one.Name)
			}
			if !slices.Equal(names, one.want) || more != one.more {
				t.Errorf("got %q and %d more, want %q and %d", names, more, one.want, one.more)
			}
		})
	}
}
