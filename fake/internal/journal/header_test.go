package journal

import (
	"net/http"
	"reflect"
	"strings"
	"testing"
)

// isOne reports whether two headers are the same map.
func isOne(a, b http.Header) bool {
	return a != nil && reflect.ValueOf(a).Pointer() == reflect.ValueOf(b).Pointer()
}

// In each case a request has the second header after one that had the first.
func TestWhichHeadersAreShared(t *testing.T) {
	t.Parallel()
	large := http.Header{"A": {strings.Repeat("b", maxHeader)}}
	for name, c := range map[string]struct {
		first, second http.Header
		isShared      bool
	}{
		"equal headers":        {http.Header{"A": {"b", "c"}}, http.Header{"A": {"b", "c"}}, true},
		"another value":        {http.Header{"A": {"b"}}, http.Header{"A": {"c"}}, false},
		"one more value":       {http.Header{"A": {"b"}}, http.Header{"A": {"b", "c"}}, false},
		"another name":         {http.Header{"A": {"b"}}, http.Header{"B": {"b"}}, false},
		"no value":             {http.Header{"A": {}}, http.Header{"B": {}}, false},
		"one more header":      {http.Header{"A": {"b"}}, http.Header{"A": {"b"}, "C": {"d"}}, false},
		"one header fewer":     {http.Header{"A": {"b"}, "C": {"d"}}, http.Header{"A": {"b"}}, false},
		"too large to be kept": {large, large.Clone(), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var recent recentHeader
			first, _ := recent.share(c.first)
			got, size := recent.share(c.second)
			if isOne(got, first) != c.isShared || !reflect.DeepEqual(got, c.second) || size != headerSize(c.second) {
				t.Errorf("shared: %v, %d headers of %d bytes", isOne(got, first), len(got), size)
			}
		})
	}
}

// A caller in process can use its header for another request, which does not change what others sent.
func TestASharedHeaderIsNotTheCallers(t *testing.T) {
	t.Parallel()
	var recent recentHeader
	callers := http.Header{"A": {"b"}}
	recent.share(callers)
	others, _ := recent.share(http.Header{"A": {"b"}})
	callers.Set("A", "changed")
	if others.Get("A") != "b" {
		t.Errorf("the header of another request became %v", others)
	}
}

func TestAnotherHeaderTakesThePlaceOfTheRecentOne(t *testing.T) {
	t.Parallel()
	var recent recentHeader
	first, _ := recent.share(http.Header{"A": {"b"}})
	for i := range 2 * replaceEvery {
		recent.share(http.Header{"A": {strings.Repeat("c", i)}})
	}
	if got, _ := recent.share(http.Header{"A": {"b"}}); isOne(got, first) {
		t.Error("the first header is still shared")
	}
}
