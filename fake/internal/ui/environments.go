package ui

import (
	"math"
	"strings"

	"example.com/pipesfake/fake/internal/environment"
)

// worlds are the environments, and the snapshots of this one.
type worlds struct {
	Search     string
	All        []environment.Info
	More       int // that there is no room for
	Snapshots  []environment.SnapshotInfo
	ExportCall string
}

// mostListed is how many environments are shown.
const mostListed = 100

func environments(r Request) (any, error) {
	w := worlds{Search: r.Query.Get("search"), Snapshots: r.Environment.ListSnapshots(), ExportCall: curl(r, "GET", "/_control/export", nil) + " -o " + r.Environment.Name() + ".yaml"}
	for i := range w.Snapshots {
		w.Snapshots[i].Name = r.Hide(w.Snapshots[i].Name)
	}
	all, _ := r.Registry.List("", math.MaxInt)
	for _, one := range all {
		if !strings.Contains(strings.ToLower(one.Name), strings.ToLower(w.Search)) {
			continue
		}
		if len(w.All) < mostListed {
			w.All = append(w.All, one)
		} else {
			w.More++
		}
	}
	return w, nil
}
