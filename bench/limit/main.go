// Command limit is what no fake can beat: a bare net/http handler that decodes the body of a call, or reads the user in
// its path, and writes the bytes of a file.
//
//	limit -answer FILE
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
)

func main() {
	file := flag.String("answer", "", "the file with the body of each response")
	flag.Parse()
	if err := serve(*file); err != nil {
		fmt.Fprintln(os.Stderr, "limit:", err)
		os.Exit(1)
	}
}

// serve prints the URL, and serves until the process ends.
func serve(file string) error {
	answer, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Printf("{\"url\":\"http://%s\"}\n", listener.Addr())
	return http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if userOf(r) == "" {
			http.Error(w, "no user", http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		_, _ = w.Write(answer)
	}))
}

// userOf returns the user that a call is about, or "".
func userOf(r *http.Request) string {
	if r.Method == http.MethodGet {
		user, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/user_management/users/"), "/")
		return user
	}
	var body struct {
		UserID         string `json:"user_id"`
		OrganizationID string `json:"organization_id"`
	}
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		return ""
	}
	return body.UserID
}
