package command

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"text/tabwriter"

	"github.com/spf13/cobra"
)

func newState(p Process) *cobra.Command {
	c := control{p: p}
	command := &cobra.Command{
		Use: "state", GroupID: groupServer,
		Short: "print the switches and connections of a running server",
		Long: "Print the switches and the known connections of a running server, with the reason for each state. " +
			"With\n--json, it prints the first page as the control plane has it.",
		Example: "  pipesfake state\n  pipesfake state --environment worker-1 --json",
		Args:    noArguments, ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(command *cobra.Command, _ []string) error { return c.printState(command.Context()) },
	}
	command.Flags().SortFlags = false
	c.define(command)
	return command
}

// stateView is the part of an environment that is printed.
type stateView struct {
	Environment, Now, Scenarios string
	Start                       struct{ Name string }
	Switches                    []switchView
	Connections                 []connectionView
	Next                        *string
	NextSwitch                  *string `json:"next_switch"`
}

// start returns the name of the scenario that is in force without a switch.
func (s stateView) start() string { return switchView{Scenario: s.Start.Name}.name() }

// connectionView is the part of a connection that is printed.
type connectionView struct {
	Provider       string
	UserID         *string `json:"user_id"`
	OrganizationID *string `json:"organization_id"`
	State          string
	ExpiresAt      *string `json:"expires_at"`
	Because        string
}

// printState prints an environment, all pages of it.
func (c *control) printState(ctx context.Context) error {
	query := url.Values{"limit": {"1000"}}
	body, err := c.call(ctx, http.MethodGet, "state", query, nil)
	if err != nil {
		return err
	}
	if c.asJSON {
		return c.printJSON(body)
	}
	var state stateView
	if err := c.read(body, &state); err != nil {
		return err
	}
	fmt.Fprintf(c.p.Stdout, "environment %s at %s, from %s\n\n", printable(state.Environment), printable(state.Now),
		printable(state.Scenarios))
	c.printSwitches(state)
	table := tabwriter.NewWriter(c.p.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "PROVIDER\tUSER\tORGANIZATION\tSTATE\tEXPIRES\tBECAUSE")
	printConnections(table, state.Connections)
	for state.Next != nil {
		query.Set("next", *state.Next)
		if body, err = c.call(ctx, http.MethodGet, "state", query, nil); err != nil {
			return err
		}
		state = stateView{}
		if err := c.read(body, &state); err != nil {
			return err
		}
		printConnections(table, state.Connections)
	}
	return table.Flush()
}

// printSwitches prints the switches in force on the first page, or the scenario of the start.
func (c *control) printSwitches(state stateView) {
	if len(state.Switches) == 0 {
		fmt.Fprintf(c.p.Stdout, "no switches: %s is in force where nothing else decides\n\n", state.start())
		return
	}
	fmt.Fprintln(c.p.Stdout, "switches:")
	for _, one := range state.Switches {
		fmt.Fprintf(c.p.Stdout, "  %s %s\n", one.name(), one.where())
	}
	if state.NextSwitch != nil {
		fmt.Fprintln(c.p.Stdout, "  and more")
	}
	fmt.Fprintln(c.p.Stdout)
}

func printConnections(w io.Writer, connections []connectionView) {
	for _, one := range connections {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", printable(one.Provider), orDash(one.UserID),
			orDash(one.OrganizationID), printable(one.State), orDash(one.ExpiresAt), printable(one.Because))
	}
}

// orDash returns a text that may be null.
func orDash(text *string) string {
	if text == nil {
		return "-"
	}
	return printable(*text)
}
