package first

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"example.com/pipesfake/fake"
)

func TestReconnect(t *testing.T) {
	pipes := fake.Start(t)
	pipes.Use("needs_reauthorization", fake.User("user_alice"))

	// What your application does, with another base URL and key:
	request, err := http.NewRequest("POST", pipes.URL()+"/data-integrations/github/token",
		strings.NewReader(`{"user_id": "user_alice"}`))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+pipes.APIKey())
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()

	var token struct{ Error string }
	if err := json.NewDecoder(response.Body).Decode(&token); err != nil || token.Error != "needs_reauthorization" {
		t.Errorf("%+v (%v)", token, err)
	}
}
