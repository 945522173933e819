package redisstore

import (
	"context"
	"fmt"
	"strconv"
	"strings"
)

// Warnings describes settings of Redis with which it can lose changes that it has acknowledged. It returns nothing if
// Redis does not show its settings.
func (s *Store) Warnings(ctx context.Context) (warnings []string) {
	info, err := s.client.Info(ctx).Result()
	if err != nil {
		return nil
	}
	settings := map[string]string{}
	for line := range strings.Lines(info) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		settings[name] = value
	}
	policy, limit := settings["maxmemory_policy"], settings["maxmemory"]
	if policy != "" && policy != "noeviction" && limit != "0" {
		warnings = append(warnings, fmt.Sprintf("the store at %s removes keys when its memory is full "+
			"(maxmemory-policy %s): set maxmemory-policy noeviction", s.address, policy))
	}
	if settings["aof_enabled"] == "0" {
		warnings = append(warnings, fmt.Sprintf("the store at %s loses what came after its last snapshot if it "+
			"crashes: set appendonly yes", s.address))
	}
	replicas, err := strconv.Atoi(settings["connected_slaves"])
	if err == nil && replicas < s.wait {
		warnings = append(warnings, fmt.Sprintf("the store at %s has %d of the %d replicas that each change "+
			"waits for: until it has the rest, calls are refused", s.address, replicas, s.wait))
	}
	return warnings
}
