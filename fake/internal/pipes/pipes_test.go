package pipes_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"example.com/pipesfake/fake/internal/pipes"
)

// AppendJSON is a fast version of encoding/json: what it writes must read back the same.
func FuzzAppendJSON(f *testing.F) {
	f.Add(true, "gho_fake_1", "2026-11-23T12:00:00.123456Z", "repo", "user:email")
	f.Add(true, "", "", "\"\\<&>\u2028", "ü\x00\x7f")
	f.Add(false, "needs_reauthorization", "", "", "")
	f.Fuzz(func(t *testing.T, active bool, token, expires, scope, missing string) {
		response := &pipes.TokenResponse{Error: token}
		if active {
			response = &pipes.TokenResponse{Active: true, AccessToken: &pipes.AccessToken{
				Object:        "access_token",
				AccessToken:   token,
				Scopes:        []string{scope, missing},
				MissingScopes: []string{},
			}}
			at, err := time.Parse(time.RFC3339, expires)
			if err == nil && at.UTC().Year() >= 0 && at.UTC().Year() < 10_000 {
				response.AccessToken.ExpiresAt = (*pipes.Time)(&at)
				if got, want := pipes.Timestamp(at), at.UTC().Format("2006-01-02T15:04:05.000Z"); got != want {
					t.Fatalf("%s is written %s", want, got)
				}
			}
		}
		if !active && token == "" {
			return // an inactive response always has a reason
		}
		slow, err := json.Marshal(response)
		if err != nil {
			t.Fatal(err)
		}
		var fromSlow, fromFast any
		if err := json.Unmarshal(slow, &fromSlow); err != nil {
			t.Fatal(err)
		}
		fast := response.AppendJSON([]byte{})
		if err := json.Unmarshal(fast, &fromFast); err != nil || !reflect.DeepEqual(fromSlow, fromFast) {
			t.Fatalf("fast %s, slow %s (%v)", fast, slow, err)
		}
	})
}
