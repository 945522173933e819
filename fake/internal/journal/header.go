package journal

import (
	"net/http"
	"slices"
	"sync/atomic"
)

// lastHeader is the header of the request that was recorded last. The requests of a client have the same headers as a
// rule: entries share one, which is less for the garbage collector to follow. The zero value has none.
type lastHeader struct {
	measured atomic.Pointer[measuredHeader]
}

type measuredHeader struct {
	header http.Header
	size   int
}

// share returns a header that is equal, and its size in bytes.
func (l *lastHeader) share(header http.Header) (shared http.Header, size int) {
	if last := l.measured.Load(); last != nil && isSame(last.header, header) {
		return last.header, last.size
	}
	made := &measuredHeader{header, headerSize(header)}
	l.measured.Store(made)
	return made.header, made.size
}

func isSame(one, other http.Header) bool {
	if len(one) != len(other) {
		return false
	}
	for name, values := range one {
		others, hasName := other[name]
		if !hasName || !slices.Equal(values, others) {
			return false
		}
	}
	return true
}

func headerSize(header http.Header) (size int) {
	for name, values := range header {
		size += len(name)
		for _, value := range values {
			size += len(value)
		}
	}
	return size
}
