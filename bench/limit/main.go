// Command limit is what no fake can beat: a bare net/http handler that decodes the body of a call, or reads the user in
// its path, and writes the bytes of a file. It can also write the headers of another file.
//
//	limit -answer FILE [-headers FILE]
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/textproto"
	"os"
	"slices"
	"strings"
)

func main() {
	file := flag.String("answer", "", "the file with the body of each response")
	headers := flag.String("headers", "", "the file with more headers of each response")
	flag.Parse()
	if err := serve(*file, *headers); err != nil {
		fmt.Fprintln(os.Stderr, "limit:", err)
		os.Exit(1)
	}
}

// serve prints the URL, and serves until the process ends.
func serve(file, headers string) error {
	answer, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	more, err := readHeaders(headers)
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
		header := w.Header()
		header.Set("Content-Type", "application/json; charset=utf-8")
		for _, one := range more {
			header[one.name] = one.values
		}
		_, _ = w.Write(answer)
	}))
}

// header is one header of a response.
type header struct {
	name   string
	values []string
}

// readHeaders reads the headers of a file, if it is named.
func readHeaders(file string) (list []header, err error) {
	if file == "" {
		return nil, nil
	}
	opened, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer opened.Close()
	read, err := textproto.NewReader(bufio.NewReader(opened)).ReadMIMEHeader()
	for _, name := range slices.Sorted(maps.Keys(read)) {
		list = append(list, header{name, read[name]})
	}
	return list, err
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
