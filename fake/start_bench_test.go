package fake_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"example.com/pipesfake/fake"
)

// BenchmarkNew measures a server without a listener, from its start to its end. It belongs below 100 µs and 100
// allocations, since a suite may make one for each test.
func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		server, err := fake.New()
		if err != nil {
			b.Fatal(err)
		}
		server.Close()
	}
}

// BenchmarkStart measures a server that listens, from its start to its end. It belongs below twice the time of
// BenchmarkHTTPTestServer.
func BenchmarkStart(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		t := &benchmarkTest{B: b}
		fake.Start(t)
		t.end()
	}
}

// BenchmarkHTTPTestServer measures the server of package httptest in the same way, for comparison.
func BenchmarkHTTPTestServer(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		httptest.NewServer(http.NotFoundHandler()).Close()
	}
}

// benchmarkTest is one test within a benchmark: end runs what Cleanup registered.
type benchmarkTest struct {
	*testing.B
	cleanups []func()
}

func (t *benchmarkTest) Cleanup(cleanup func()) { t.cleanups = append(t.cleanups, cleanup) }

func (t *benchmarkTest) end() {
	for i := len(t.cleanups) - 1; i >= 0; i-- {
		t.cleanups[i]()
	}
}
