package scenarios_test

import (
	"strings"
	"testing"

	"example.com/pipesfake/scenarios"
)

// BenchmarkParse reads files with many connections, each a kind of item. It takes half a minute:
//
//	go test -bench Parse -run '^$' ./scenarios
func BenchmarkParse(b *testing.B) {
	const head = "version: 1\nscenarios: {named: {expires_in: 5m}}\nconnections:\n"
	for name, item := range map[string]string{
		"flow":  "  - {provider: github, user_id: user_@, scenario: active}\n",
		"block": "  - provider: github\n    user_id: user_@\n    scenario: active\n",
		"all keys": "  # a comment\n" +
			"  - {provider: github, user_id: \"user_@\", organization_id: org_@, scenario: named, age: 5m} # another\n",
		"shared": "  - provider: github\n    connection_owner: organization\n    organization_id: 'org_@'\n" +
			"    scenario: active\n",
		"inline":   "  - {provider: github, user_id: user_@, scenario: {expires_in: 5m, scopes: [repo]}}\n",
		"variable": "  - {provider: github, user_id: \"user_@${SUFFIX:-}\", scenario: active}\n",
	} {
		for size, n := range map[string]int{"100 000": 100_000, "1 000 000": 1_000_000} {
			b.Run(name+"/"+size, func(b *testing.B) {
				text := []byte(head + numbered(n, item))
				b.SetBytes(int64(len(text)))
				b.ReportAllocs()
				for b.Loop() {
					set, err := scenarios.ParseWith("large.yaml", text, nil)
					if err != nil || set.ConnectionCount() != n {
						b.Fatal(set.ConnectionCount(), err)
					}
				}
			})
		}
	}
}

// BenchmarkEntry finds a connection among many.
func BenchmarkEntry(b *testing.B) {
	const n = 100_000
	set, err := scenarios.Parse("large.yaml", []byte("version: 1\n"+
		connectionList(n, "provider: github, user_id: user_@, scenario: active")))
	if err != nil {
		b.Fatal(err)
	}
	users := strings.Fields(numbered(n, "user_@ "))
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if set.Entry(scenarios.Key{Provider: "github", User: users[i%n]}) == nil {
			b.Fatal(users[i%n])
		}
	}
}
