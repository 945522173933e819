package command

import (
	"context"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// A scenario file of largeFile bytes or more is loaded with loadPercent as GOGC.
const (
	largeFile   = 16 << 20
	loadPercent = 50
)

// limitGarbage sets GOGC for the time in which a scenario file is loaded, until tuneGC sets it again. Loading makes
// much garbage: with the default, a process that loads a large file needs twice the memory that it keeps. A small file
// loads faster with the default.
func limitGarbage(file string) {
	if info, err := os.Stat(file); err == nil && info.Size() >= largeFile {
		debug.SetGCPercent(loadPercent)
	}
}

// Before a collection, gcRoom bytes of garbage may gather, and gcShare percent of the live data.
const (
	gcRoom  = 20 << 20
	gcShare = 40
)

// tuneInterval is how often GOGC is adjusted. Under load, a heap can grow by 10 MiB meanwhile.
const tuneInterval = 250 * time.Millisecond

// tuneGC adjusts GOGC to the size of the heap until ctx ends. The default of 100 allows as much garbage as live data.
// With few connections that is a few megabytes: under load, the server would collect more than ten times a second, and
// each request would cost a quarter more processor time. With many connections it is more than is worth its memory.
// GOMEMLIMIT does not fit: a server that needs more than the limit would collect all the time.
func tuneGC(ctx context.Context) {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}} // as of the last collection; 0 before the first one
	if metrics.Read(live); live[0].Value.Uint64() > 0 {
		debug.FreeOSMemory() // frees what reading a large file needed; after a small one it would only delay requests
	}
	ticker := time.NewTicker(tuneInterval)
	defer ticker.Stop()
	for percent := 0; ; {
		metrics.Read(live)
		wanted := gcPercent(live[0].Value.Uint64())
		difference := wanted - percent
		if max(difference, -difference) > percent/10 { // each change stops all goroutines for a moment
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

// gcPercent returns the GOGC value that allows gcRoom and gcShare. It has an upper bound, since the runtime treats
// every heap as if it had at least 4 MiB of live data.
func gcPercent(live uint64) int { return gcShare + int(100*gcRoom/max(live, 4<<20)) }
