package ui

import (
	"math"
	"strings"

	"example.com/pipesfake/fake/internal/environment"
	"example.com/pipesfake/internal/fields"
)

// environmentsData is what the view of environments shows: all environments, and the snapshots of the current one.
type environmentsData struct {
	Search     string
	All        []environment.Info
	More       int // how many others match the search
	Snapshots  []environment.SnapshotInfo
	Replicas   []replica // that serve as one; none if this server is alone
	ExportCall string
}

// maxListed is how many environments are shown.
const maxListed = 100

func environments(r Request) (any, error) {
	data := environmentsData{
		Search: r.Query.Get("search"), Snapshots: r.Environment.ListSnapshots(),
		ExportCall: curl(r, "GET", "/_control/export", nil) + " -o " + r.Environment.Name() + ".yaml",
	}
	for i := range data.Snapshots {
		data.Snapshots[i].Name = r.Hide(data.Snapshots[i].Name)
	}
	all, _, err := r.Registry.List(r.Context, "", math.MaxInt)
	if err != nil {
		return nil, err
	}
	data.All, data.More = matching(all, data.Search, maxListed)
	replicas, err := r.Registry.Replicas(r.Context)
	for _, one := range replicas {
		data.Replicas = append(data.Replicas, replica{one, fields.Plural(len(one.Environments), "environment")})
	}
	return data, err
}

// replica is a server among several.
type replica struct {
	environment.Replica
	Owns string // how many environments, in words
}

// matching returns up to limit environments that have a text in their name, in whatever case, and how many more there
// are.
func matching(all []environment.Info, text string, limit int) (found []environment.Info, more int) {
	for _, one := range all {
		if strings.Contains(strings.ToLower(one.Name), strings.ToLower(text)) {
			found = append(found, one)
		}
	}
	shown := min(limit, len(found))
	return found[:shown], len(found) - shown
}
