package fake_test

import (
	"fmt"
	"strings"
	"testing"

	"example.com/pipesfake/fake"
)

// The pages of connections are in the order of the file, followed by the order of first calls.
func TestStatePages(t *testing.T) {
	t.Parallel()
	w := withFile(t, `
version: 1
connections:
  - {provider: github, user_id: u0, scenario: expired}
  - {provider: github, user_id: u1, scenario: expired}
  - {provider: github, user_id: u2, scenario: expired}
`, fake.WithTime(noon))
	for _, user := range []string{"u3", "u1", "u4", "u5", "u6"} {
		w.token("github", user)
	}
	type page struct {
		Connections []struct {
			UserID string `json:"user_id"`
		}
		Next *string
	}
	for _, limit := range []int{1, 2, 3, 4, 7, 100} {
		var users []string
		query := fmt.Sprint("?limit=", limit)
		for {
			p := decode[page](t, w.do("GET", "/_control/state"+query, ""), 200)
			for _, c := range p.Connections {
				users = append(users, c.UserID)
			}
			if p.Next == nil || len(users) > 10 {
				break
			}
			query = fmt.Sprintf("?limit=%d&next=%s", limit, *p.Next)
		}
		expect(t, fmt.Sprint("pages of ", limit), strings.Join(users, " "), "u0 u1 u2 u3 u4 u5 u6")
	}
	for _, query := range []string{"?limit=0", "?limit=1001", "?limit=x", "?next=0", "?next=-1", "?next=x", "?page=2"} {
		expect(t, query, w.do("GET", "/_control/state"+query, "").status, 422)
	}
}
