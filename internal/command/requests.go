package command

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
)

func newRequests(p Process) *cobra.Command {
	c := control{p: p}
	limit, follow := 0, false
	command := &cobra.Command{
		Use: "requests", GroupID: groupServer,
		Short: "print the requests that a running server received",
		Long: "Print the last requests that a running server received, the newest last, with the reason for each " +
			"response.\nWith --follow, it goes on until a signal ends it; --json then prints an object a line.",
		Example: "  pipesfake requests\n  pipesfake requests --follow\n  pipesfake requests --limit 1 --json",
		Args:    noArguments, ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(command *cobra.Command, _ []string) error {
			if limit < 1 || limit > 1000 {
				return usageErrorf("--limit must be 1 to 1000, not %d", limit)
			}
			if follow {
				return c.followRequests(command.Context(), limit)
			}
			_, err := c.printRequests(command.Context(), limit, c.asJSON)
			return err
		},
	}
	flags := command.Flags()
	flags.SortFlags = false
	flags.BoolVarP(&follow, "follow", "f", false, "go on with new requests")
	flags.IntVar(&limit, "limit", 20, "print at most this many of the last `requests`")
	onlyFlags(flags, "follow", "limit")
	c.define(command)
	return command
}

// requestView is the part of a request that is printed.
type requestView struct {
	ID, Method, Path, Because string
	Operation, Provider       *string
	UserID                    *string `json:"user_id"`
	OrganizationID            *string `json:"organization_id"`
	Status                    *int
	ReceivedAt                string `json:"received_at"`
}

// printRequests prints the last requests, as one document if whole is true, and returns their ids.
func (c *control) printRequests(ctx context.Context, limit int, whole bool) (ids []string, err error) {
	body, err := c.call(ctx, http.MethodGet, "requests", url.Values{"limit": {strconv.Itoa(limit)}}, nil)
	if err != nil {
		return nil, err
	}
	if whole {
		return nil, c.printJSON(body)
	}
	var listed struct{ Requests []json.RawMessage }
	if err := c.read(body, &listed); err != nil {
		return nil, err
	}
	for _, one := range slices.Backward(listed.Requests) {
		id, err := c.printRequest(one)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// printRequest prints a request as a line, and returns its id.
func (c *control) printRequest(text []byte) (id string, err error) {
	var one requestView
	if err := c.read(text, &one); err != nil {
		return "", err
	}
	if c.asJSON {
		var compact bytes.Buffer
		_ = json.Compact(&compact, text) // it was read above
		return one.ID, c.printJSON(compact.Bytes())
	}
	var line strings.Builder
	status := "---" // the response was broken off before its status
	if one.Status != nil {
		status = strconv.Itoa(*one.Status)
	}
	fmt.Fprintf(&line, "%s  %s  ", one.ReceivedAt, status)
	if one.Operation == nil {
		fmt.Fprintf(&line, "%s %s", one.Method, one.Path)
	} else {
		line.WriteString(*one.Operation)
	}
	for _, part := range []*string{one.Provider, one.UserID, one.OrganizationID} {
		if part != nil {
			line.WriteString(" " + *part)
		}
	}
	_, err = fmt.Fprintf(c.p.Stdout, "%s  (%s)\n", printable(line.String()), printable(one.Because))
	return one.ID, err
}

// followRequests prints the last requests and then those that follow, until ctx or the server ends. The stream begins
// before the list is read, so that none is missed; those in both are printed once.
func (c *control) followRequests(ctx context.Context, limit int) error {
	stream, err := c.send(ctx, http.MethodGet, "events", nil, nil)
	if err != nil {
		return err
	}
	defer stream.Body.Close()
	printed, err := c.printRequests(ctx, limit, false)
	if err != nil {
		return err
	}
	err = c.printStream(stream.Body, printed)
	if ctx.Err() != nil {
		return nil
	}
	if err != nil {
		return err
	}
	return errors.New("the stream ended: the server stopped, or the environment was removed")
}

// printStream prints the requests of a stream of server-sent events, except those that were printed before.
func (c *control) printStream(stream io.Reader, printed []string) error {
	lines := bufio.NewReader(stream)
	name := ""
	for {
		line, err := lines.ReadString('\n')
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		line = strings.TrimSpace(line)
		if event, isName := strings.CutPrefix(line, "event: "); isName {
			name = event
		}
		data, isData := strings.CutPrefix(line, "data: ")
		switch {
		case !isData:
		case name == "request":
			if printed, err = c.printUnlessListed(data, printed); err != nil {
				return err
			}
		case name == "left_out":
			fmt.Fprintln(c.p.Stderr, "pipesfake requests: there were too many at once to print them all")
		}
	}
}

// printUnlessListed prints a request that is not among those printed before. It returns the ids that the stream may
// still repeat: none after the first new request, because a reset numbers requests from one again.
func (c *control) printUnlessListed(data string, printed []string) ([]string, error) {
	var one requestView
	if err := c.read([]byte(data), &one); err != nil {
		return nil, err
	}
	if slices.Contains(printed, one.ID) {
		return printed, nil
	}
	_, err := c.printRequest([]byte(data))
	return nil, err
}
