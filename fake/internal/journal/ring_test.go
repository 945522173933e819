package journal

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// filled returns a ring to which entries of some bytes were added.
func filled(limit, n, bytesEach int) *ring {
	r := &ring{limit: limit}
	for range n {
		e := Entry{bytes: bytesEach}
		r.number(&e)
		r.add(&e)
	}
	return r
}

func numbers(entries []Entry) (list []uint64) {
	for _, e := range entries {
		list = append(list, e.Number)
	}
	return list
}

func TestRing(t *testing.T) {
	t.Parallel()
	const mega = 1 << 20
	for name, c := range map[string]struct {
		ring      *ring
		want      []uint64 // the numbers that are stored
		forgotten uint64
	}{
		"nothing":                             {filled(3, 0, 0), nil, 0},
		"fewer than the limit":                {filled(3, 2, 0), []uint64{1, 2}, 0},
		"more than the limit":                 {filled(3, 5, 0), []uint64{3, 4, 5}, 2},
		"a limit of none":                     {filled(0, 5, 0), nil, 5},
		"too many bytes":                      {filled(10, 6, mega), []uint64{3, 4, 5, 6}, 2},
		"one that is larger than all may be":  {filled(10, 2, 5*mega), []uint64{2}, 1},
		"many, of which each gets its 4 KiB":  {filled(2048, 9, mega), []uint64{2, 3, 4, 5, 6, 7, 8, 9}, 1},
		"one that grew while its start moved": {filled(20, 50, mega/4), numbersFrom(35, 50), 34},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []uint64
			for e := range c.ring.all {
				got = append(got, e.Number)
			}
			if !slices.Equal(got, c.want) || c.ring.forgotten() != c.forgotten {
				t.Errorf("it stores %d and forgot %d, want %d and %d", got, c.ring.forgotten(), c.want, c.forgotten)
			}
			for _, number := range c.want {
				if e := c.ring.find(number); e == nil || e.Number != number {
					t.Errorf("entry %d is not found", number)
				}
			}
			if c.ring.find(c.ring.last+1) != nil || c.forgotten > 0 && c.ring.find(c.forgotten) != nil {
				t.Error("it finds an entry that it does not store")
			}
		})
	}
}

func numbersFrom(first, last uint64) (list []uint64) {
	for n := first; n <= last; n++ {
		list = append(list, n)
	}
	return list
}

func TestPage(t *testing.T) {
	t.Parallel()
	every := func(*Entry) bool { return true }
	even := func(e *Entry) bool { return e.Number%2 == 0 }
	for name, c := range map[string]struct {
		before  uint64
		limit   int
		matches func(*Entry) bool
		want    []uint64
		more    bool
	}{
		"the newest":                   {0, 2, every, []uint64{7, 6}, true},
		"from before one":              {6, 2, every, []uint64{5, 4}, true},
		"the last page":                {4, 2, every, []uint64{3}, false},
		"as many as there are":         {0, 5, every, []uint64{7, 6, 5, 4, 3}, false},
		"all":                          {0, 0, every, []uint64{7, 6, 5, 4, 3}, false},
		"those that match":             {0, 1, even, []uint64{6}, true},
		"the last that matches":        {6, 1, even, []uint64{4}, false},
		"from before what is stored":   {3, 2, every, nil, false},
		"from before what never was":   {1, 2, every, nil, false},
		"from before what is to come":  {99, 1, every, []uint64{7}, true},
		"none, as nothing matches":     {0, 1, func(*Entry) bool { return false }, nil, false},
		"a limit that exactly matches": {0, 2, even, []uint64{6, 4}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			entries, more := filled(5, 7, 0).page(c.before, c.limit, c.matches)
			if got := numbers(entries); !slices.Equal(got, c.want) || more != c.more {
				t.Errorf("the page has %d, more: %v, want %d, %v", got, more, c.want, c.more)
			}
		})
	}
}

func TestSince(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		number uint64
		limit  int
		want   []uint64
	}{
		"the last two":             {5, 10, []uint64{6, 7}},
		"no more than the limit":   {3, 2, []uint64{6, 7}},
		"no more than is stored":   {0, 10, []uint64{3, 4, 5, 6, 7}},
		"nothing new":              {7, 10, nil},
		"nothing, by a limit of 0": {0, 0, nil},
	} {
		if got := numbers(filled(5, 7, 0).since(c.number, c.limit)); !slices.Equal(got, c.want) {
			t.Errorf("%s: the entries are %d, want %d", name, got, c.want)
		}
	}
}

// A page is a copy: entries that come later must not change it.
func TestPagesAreCopies(t *testing.T) {
	t.Parallel()
	j := New(1)
	j.Add(&Entry{Response: []byte("first")})
	page, _ := j.Last(0, 1, func(*Entry) bool { return true })
	j.Add(&Entry{Response: []byte("other")})
	if got := string(page[0].Response); got != "first" {
		t.Errorf("the response on the page is %q now", got)
	}
}

func TestClear(t *testing.T) {
	t.Parallel()
	r := filled(3, 5, 10)
	if dropped := r.clear(); dropped != 3 {
		t.Errorf("%d entries were dropped, want 3", dropped)
	}
	e := Entry{}
	r.number(&e)
	r.add(&e)
	if e.Number != 6 || r.forgotten() != 0 || r.bytes != 0 || r.count != 1 {
		t.Errorf("after it was emptied, entry %d is stored beside %d, %d bytes and %d forgotten",
			e.Number, r.count, r.bytes, r.forgotten())
	}
}

func TestCut(t *testing.T) {
	t.Parallel()
	long := func(n int) string { return strings.Repeat("x", n) }
	for name, c := range map[string]struct {
		entry Entry
		want  string
	}{
		"a short one": {
			Entry{Path: "/user",
				Request: []byte("ab"), Response: []byte("abc"), Header: map[string][]string{"A": {"b"}}},
			"path 5, bodies 2 and 3, left out false and false, 12 bytes",
		},
		"long bodies": {
			Entry{Request: []byte(long(maxBody + 1)), Response: []byte(long(maxBody + 1))},
			"path 0, bodies 16384 and 16384, left out false and false, 32768 bytes",
		},
		"large headers": {
			Entry{
				Header:         map[string][]string{"A": {long(maxHeader)}},
				ResponseHeader: map[string][]string{"A": {long(maxHeader)}},
			},
			"path 0, bodies 0 and 0, left out true and true, 0 bytes",
		},
		"long texts": {
			Entry{Path: long(maxTexts + 9), Method: "GET"},
			"path 4099, bodies 0 and 0, left out false and false, 4102 bytes",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := c.entry
			e.cut(headerSize(e.Header))
			got := fmt.Sprintf("path %d, bodies %d and %d, left out %v and %v, %d bytes",
				len(e.Path), len(e.Request), len(e.Response), e.LeftOut, e.AnsweredLeftOut, e.bytes)
			if got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

func TestWholeCharacters(t *testing.T) {
	t.Parallel()
	full := strings.Repeat("x", maxBody-1)
	for name, c := range map[string]struct{ body, want string }{
		"a short body":                       {"ä\xc3", "ä\xc3"},
		"cut behind a character":             {full + "x", full + "x"},
		"cut within a character":             {full + "\xc3", full},
		"no text":                            {full[4:] + "\xff\xff\xff\xff\xff", full[4:] + "\xff"},
		"no text, and shorter than was read": {full[5:] + "\xff\xff", full[5:] + "\xff\xff"},
	} {
		if got := string(WholeCharacters([]byte(c.body))); got != c.want {
			t.Errorf("%s: %d bytes are left of %d, want %d", name, len(got), len(c.body), len(c.want))
		}
	}
}
