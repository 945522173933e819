// Command compose-app stands for the application under test: GET / asks the Pipes API for a user's
// GitHub token and shows what it answered.
package main

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strings"
	"time"
)

func main() {
	tokens := os.Getenv("WORKOS_API_URL") + "/data-integrations/github/token"
	answer, err := fetch(tokens)
	if err != nil {
		log.Fatal(err) // compose starts the application only when the fake is healthy
	}
	log.Printf("%s", answer)
	http.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		answer, err := fetch(tokens)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(answer)
	})
	log.Fatal(http.ListenAndServe(":3000", nil))
}

// fetch is what the Pipes API says about the token of user_demo_app.
func fetch(tokens string) ([]byte, error) {
	request, err := http.NewRequest(http.MethodPost, tokens, strings.NewReader(`{"user_id": "user_demo_app"}`))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer sk_test")
	request.Header.Set("Content-Type", "application/json")
	client := http.Client{Timeout: 5 * time.Second}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", response.Status, answer)
	}
	return answer, err
}
