package main

import (
	"context"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// gcRoom is how much garbage may gather, in bytes, however small the heap is.
const gcRoom = 16 << 20

// tuneGC fits GOGC to the size of the heap until ctx ends. GOGC=100 lets as much garbage gather as there is live data.
// With few connections that is a few megabytes: under load, the server would collect more than ten times a second and
// need a quarter more processor time for a request. A larger GOGC for good would instead double the memory of a server
// with many connections, and with a memory limit, one that outgrows it would do nothing but collect.
func tuneGC(ctx context.Context) {
	debug.FreeOSMemory() // what reading the scenarios left behind; the collection also finds how much is live
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

// gcPercent returns the GOGC value that lets gcRoom bytes of garbage gather in addition to what 100 allows. It is at
// most 500, since the runtime treats every heap as if it had at least 4 MiB of live data.
func gcPercent(live uint64) int {
	return 100 + int(100*gcRoom/max(live, 4<<20))
}
