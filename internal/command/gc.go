package command

import (
	"context"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// gcRoom is how many bytes of garbage may gather before a collection, even if the heap is small.
const gcRoom = 16 << 20

// tuneGC adjusts GOGC to the size of the heap until ctx ends. The default of 100 allows as much garbage as live data.
// With few connections that is a few megabytes: under load, the server would collect more than ten times a second, and
// each request would cost a quarter more processor time. A fixed, larger GOGC would double the memory of a server with
// many connections. GOMEMLIMIT does not fit either: a server that needs more than the limit would collect all the time.
func tuneGC(ctx context.Context) {
	if hasCollected() {
		debug.FreeOSMemory() // frees what reading the scenarios needed, and measures the live data
	}
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for percent := 0; ; {
		metrics.Read(live)
		if wanted := gcPercent(live[0].Value.Uint64()); wanted != percent {
			percent = wanted
			debug.SetGCPercent(percent)
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}

// hasCollected reports whether the process had so much garbage that there was a collection. After a small scenario file
// there was none, and one more would only delay the first requests.
func hasCollected() bool {
	var stats debug.GCStats
	debug.ReadGCStats(&stats)
	return stats.NumGC > 0
}

// gcPercent returns the GOGC value that allows gcRoom bytes more garbage than 100 does. It is at most 500, since the
// runtime treats every heap as if it had at least 4 MiB of live data.
func gcPercent(live uint64) int {
	return 100 + int(100*gcRoom/max(live, 4<<20))
}
