package control

import "example.com/pipesfake/fake/internal/pipes"

// Replica is one of several servers that serve as one.
type Replica struct {
	ID               string   `json:"id"`  // another one after each start
	URL              string   `json:"url"` // where the others reach it
	Version          string   `json:"version"`
	StartedAt        string   `json:"started_at"`         // in real time
	HasScenarioFile  bool     `json:"has_scenario_file"`  // that is in force for all; else it only passes calls on
	EnvironmentCount int      `json:"environments_count"` // how many environments it owns
	Environments     []string `json:"environments"`       // their names, in order
}

// GetReplicas lists the servers that share the state of this one, with what each of them owns.
func GetReplicas(c Call) (any, error) {
	all, err := c.Registry.Replicas(c.context())
	if err != nil {
		return nil, err
	}
	list := make([]Replica, len(all))
	for i, one := range all {
		list[i] = Replica{
			ID: one.ID, URL: one.URL, Version: one.Version, StartedAt: pipes.Timestamp(one.Started),
			HasScenarioFile: one.IsCurrent, EnvironmentCount: len(one.Environments), Environments: one.Environments,
		}
	}
	return struct {
		Replicas []Replica `json:"replicas"`
	}{list}, nil
}
