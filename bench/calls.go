package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
)

// call is a request of a client.
type call struct{ method, path, body, key string }

// The calls that are measured, each for one of the users of a file.

func tokenOf(user int) call {
	return call{http.MethodPost, "/data-integrations/github/token", userBody(user), "sk_test"}
}

func credentialsOf(user int) call {
	return call{http.MethodPost, "/data-integrations/github/credentials", userBody(user), "sk_test"}
}

func connectedAccountOf(user int) call {
	path := fmt.Sprintf("/user_management/users/user_%06d/connected_accounts/github", user)
	return call{http.MethodGet, path, "", "sk_test"}
}

func dataProvidersOf(user int) call {
	return call{http.MethodGet, fmt.Sprintf("/user_management/users/user_%06d/data_providers", user), "", "sk_test"}
}

// switchTo puts a scenario in force for everybody.
func switchTo(scenario string) call { return controlCall(fmt.Sprintf(`{"scenario": %q}`, scenario)) }

// controlCall switches as its body says.
func controlCall(body string) call {
	return call{http.MethodPut, "/_control/scenario", body, "sk_test"}
}

func userBody(user int) string { return fmt.Sprintf(`{"user_id":"user_%06d"}`, user) }

// callsOf returns a call for each of the users from first to before end.
func callsOf(of func(user int) call, first, end int) []call {
	calls := make([]call, 0, end-first)
	for user := first; user < end; user++ {
		calls = append(calls, of(user))
	}
	return calls
}

// scenarioFile writes a file with a connection for each of so many users, and returns its path.
func (b *bench) scenarioFile(connections int) (string, error) {
	file := filepath.Join(b.dir, fmt.Sprintf("scenarios-%d.yaml", connections))
	if _, err := os.Stat(file); err == nil {
		return file, nil
	}
	var text strings.Builder
	text.WriteString("version: 1\nconnections:\n")
	for user := range connections {
		fmt.Fprintf(&text, "  - {provider: github, user_id: user_%06d, scenario: active}\n", user)
	}
	return file, os.WriteFile(file, []byte(text.String()), 0o600)
}
