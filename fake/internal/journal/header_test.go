package journal

import (
	"net/http"
	"reflect"
	"testing"
)

// In each case a request has the second header after one that had the first.
func TestWhichHeadersAreShared(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		first, second http.Header
		isShared      bool
	}{
		"equal headers":    {http.Header{"A": {"b", "c"}}, http.Header{"A": {"b", "c"}}, true},
		"another value":    {http.Header{"A": {"b"}}, http.Header{"A": {"c"}}, false},
		"one more value":   {http.Header{"A": {"b"}}, http.Header{"A": {"b", "c"}}, false},
		"another name":     {http.Header{"A": {"b"}}, http.Header{"B": {"b"}}, false},
		"no value":         {http.Header{"A": {}}, http.Header{"B": {}}, false},
		"one more header":  {http.Header{"A": {"b"}}, http.Header{"A": {"b"}, "C": {"d"}}, false},
		"one header fewer": {http.Header{"A": {"b"}, "C": {"d"}}, http.Header{"A": {"b"}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var last lastHeader
			last.share(c.first)
			got, size := last.share(c.second)
			isShared := reflect.ValueOf(got).Pointer() == reflect.ValueOf(c.first).Pointer()
			if isShared != c.isShared || !reflect.DeepEqual(got, c.second) || size != headerSize(c.second) {
				t.Errorf("shared %v, %v, %d bytes", isShared, got, size)
			}
		})
	}
}
