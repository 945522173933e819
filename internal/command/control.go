package command

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/cobra"
)

// controlTimeout limits how long a control call may take. Streams have no limit.
const controlTimeout = 30 * time.Second

// control makes control calls to a running server.
type control struct {
	p           Process
	url         string
	token       string
	environment string
	asJSON      bool
}

// define defines the flags that the commands with control calls have in common.
func (c *control) define(command *cobra.Command) {
	flags := command.Flags()
	flags.StringVar(&c.url, "url", "", "`URL` of the server or its control plane (default http://"+defaultAddr+
		",\nor where PIPESFAKE_CONTROL_ADDR or PIPESFAKE_ADDR says that it listens)")
	flags.StringVar(&c.token, "control-token", "", "`token` that the control plane requires")
	flags.StringVar(&c.environment, "environment", "", "`name` of the environment (default \"default\")")
	flags.BoolVar(&c.asJSON, "json", false, "print the response as JSON")
	onlyFlags(flags, "json")
}

// base returns the URL of the control plane.
func (c *control) base() (*url.URL, error) {
	text := c.url
	if text == "" {
		addr := cmp.Or(c.p.getenv("PIPESFAKE_CONTROL_ADDR"), c.p.getenv("PIPESFAKE_ADDR"), defaultAddr)
		found, err := urlOf(addr)
		if err != nil {
			return nil, usageErrorf("cannot derive the server's URL from PIPESFAKE_CONTROL_ADDR "+
				"or PIPESFAKE_ADDR (%v): set --url or PIPESFAKE_URL", err)
		}
		text = found
	}
	base, err := url.Parse(text)
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" {
		return nil, usageErrorf("invalid value %q for --url or PIPESFAKE_URL: write a URL like http://%s",
			text, defaultAddr)
	}
	return base, nil
}

// call makes a control call, and returns the body of a successful response. A body that is not nil is sent as JSON.
func (c *control) call(ctx context.Context, method, path string, query url.Values, body any) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, controlTimeout)
	defer cancel()
	response, err := c.send(ctx, method, path, query, body)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	return io.ReadAll(response.Body)
}

// send makes a control call, and returns a successful response.
func (c *control) send(
	ctx context.Context, method, path string, query url.Values, body any,
) (*http.Response, error) {
	base, err := c.base()
	if err != nil {
		return nil, err
	}
	if query == nil {
		query = url.Values{}
	}
	if c.environment != "" {
		query.Set("environment", c.environment)
	}
	at := base.JoinPath("_control", path)
	at.RawQuery = query.Encode()
	var content io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		content = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, at.String(), content)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	if c.token != "" {
		request.Header.Set("X-Pipesfake-Token", c.token)
	}
	response, err := newHTTPClient().Do(request)
	if err != nil {
		return nil, explainNoAnswer(base, err)
	}
	if response.StatusCode/100 != 2 {
		defer response.Body.Close()
		return nil, explainRefusal(base, response)
	}
	return response, nil
}

// explainNoAnswer returns the error for a server that does not respond.
func explainNoAnswer(base *url.URL, err error) error {
	var failed *url.Error
	if errors.As(err, &failed) {
		err = failed.Err
	}
	return fmt.Errorf("no server responds at %s (%w): start one with \"pipesfake serve\", "+
		"or name another with --url or PIPESFAKE_URL", base.Redacted(), err)
}

// explainRefusal returns the error for a response that is not a success.
func explainRefusal(base *url.URL, response *http.Response) error {
	body, _ := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	var said struct{ Code, Message string }
	if json.Unmarshal(body, &said) != nil || said.Code == "" || said.Message == "" {
		return notPipesfake(base, response.Status)
	}
	if response.StatusCode == http.StatusUnauthorized {
		said.Message += " Set --control-token or PIPESFAKE_CONTROL_TOKEN."
	}
	return errors.New(printable(said.Message))
}

func notPipesfake(base *url.URL, what string) error {
	return fmt.Errorf("the server at %s responds (%s), but not as pipesfake does: "+
		"name the right one with --url or PIPESFAKE_URL", base.Redacted(), what)
}

// read stores the JSON of a response.
func (c *control) read(body []byte, into any) error {
	if json.Unmarshal(body, into) == nil {
		return nil
	}
	base, err := c.base()
	if err != nil {
		return err
	}
	return notPipesfake(base, "without JSON")
}

// printJSON prints the body of a response as it is.
func (c *control) printJSON(body []byte) error {
	_, err := fmt.Fprintf(c.p.Stdout, "%s\n", bytes.TrimSpace(body))
	return err
}

// printable returns a text without control characters, which could change what a terminal shows.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return '�'
		}
		return r
	}, text)
}
