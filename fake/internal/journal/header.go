package journal

import (
	"net/http"
	"slices"
	"sync/atomic"
)

// recentHeader is the header of a recent request. The requests of a client have the same headers as a rule: their
// entries share one, so that the garbage collector has less to scan. The zero value has none.
type recentHeader struct {
	measured atomic.Pointer[measuredHeader]
	others   atomic.Uint64 // how many requests had another header
}

// measuredHeader is a copy, because whoever calls the server in process may go on to change the original.
type measuredHeader struct {
	header http.Header
	size   int
}

// replaceEvery is which one of the requests with another header takes the place of the recent one. To copy each would
// cost more than it saves where the headers alternate.
const replaceEvery = 16

// share returns an equal header that may be shared, and its size in bytes.
func (h *recentHeader) share(header http.Header) (shared http.Header, size int) {
	if recent := h.measured.Load(); recent != nil && isSame(recent.header, header) {
		return recent.header, recent.size
	}
	size = headerSize(header)
	if size > maxHeader || h.others.Add(1)%replaceEvery != 1 {
		return header, size
	}
	made := &measuredHeader{header.Clone(), size}
	h.measured.Store(made)
	return made.header, size
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
