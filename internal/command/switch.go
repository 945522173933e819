package command

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/spf13/cobra"
)

// switching is a switch that is asked for.
type switching struct {
	scenario                          string
	provider, user, organization, ttl string
}

func newSwitch(p Process) *cobra.Command {
	c, s := control{p: p}, switching{}
	command := &cobra.Command{
		Use: "switch SCENARIO", GroupID: groupServer,
		Short: "switch connections of a running server to a scenario",
		Long: "Switch connections of a running server to a scenario. A part that is left out means any: without " +
			"--provider,\n--user and --organization, it is for everybody. SCENARIO is a name, or a scenario in JSON.",
		Example: "  pipesfake switch needs_reauthorization --user user_1\n" +
			"  pipesfake switch expired --provider github --user user_1 --organization org_1 --ttl 10m\n" +
			"  pipesfake switch active\n" +
			"  pipesfake switch '{\"expires_in\": \"5m\", \"refresh\": \"fails\"}' --organization none",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usageErrorf("name one scenario to switch to, such as active or needs_reauthorization; " +
					"\"pipesfake help switch\" has examples")
			}
			return nil
		},
		ValidArgsFunction: func(command *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 || setFromVariables(command.Flags(), p.getenv) != nil {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return c.scenarioNames(command.Context()), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(command *cobra.Command, args []string) error {
			s.scenario = args[0]
			return c.change(command.Context(), s)
		},
	}
	flags := command.Flags()
	flags.SortFlags = false
	flags.StringVar(&s.provider, "provider", "", "only connections with this provider, such as `github`")
	flags.StringVar(&s.user, "user", "", "only connections of the user with this `id`")
	flags.StringVar(&s.organization, "organization", "",
		"only connections in the organization with this `id`; none: those without one")
	flags.StringVar(&s.ttl, "ttl", "", "end the switch after this `duration`, such as 10m")
	onlyFlags(flags, "provider", "user", "organization", "ttl")
	c.define(command)
	return command
}

// body returns the body of the control call.
func (s switching) body() (map[string]any, error) {
	body := map[string]any{"scenario": s.scenario}
	if strings.HasPrefix(strings.TrimSpace(s.scenario), "{") {
		if !json.Valid([]byte(s.scenario)) {
			return nil, usageErrorf("the scenario is neither a name nor JSON: %s", s.scenario)
		}
		body["scenario"] = json.RawMessage(s.scenario)
	}
	for key, value := range map[string]string{"provider": s.provider, "user_id": s.user, "ttl": s.ttl,
		"organization_id": s.organization} {
		if value != "" {
			body[key] = value
		}
	}
	if s.organization == "none" {
		body["organization_id"] = nil
	}
	return body, nil
}

// change makes a switch, and prints what is in force now.
func (c *control) change(ctx context.Context, s switching) error {
	body, err := s.body()
	if err != nil {
		return err
	}
	response, err := c.call(ctx, http.MethodPut, "scenario", nil, body)
	if err != nil {
		return err
	}
	if c.asJSON {
		return c.printJSON(response)
	}
	var made switchView
	if err := c.read(response, &made); err != nil {
		return err
	}
	fmt.Fprintf(c.p.Stdout, "%s is in force %s\n", made.name(), made.where())
	return nil
}

// switchView is the part of a switch that is printed.
type switchView struct {
	Number   int
	Scenario string
	Covers   string
	EndsAt   *string `json:"ends_at"`
}

func (s switchView) name() string {
	if s.Scenario == "" {
		return "an inline scenario"
	}
	return printable(s.Scenario)
}

// where says for whom the switch is, and until when.
func (s switchView) where() string {
	text := fmt.Sprintf("for %s (switch %d)", printable(s.Covers), s.Number)
	if s.EndsAt != nil {
		text += " until " + printable(*s.EndsAt)
	}
	return text
}

// scenarioNames returns the scenarios of the server, with descriptions, for completion. Without a server it returns
// none.
func (c *control) scenarioNames(ctx context.Context) (names []string) {
	body, err := c.call(ctx, http.MethodGet, "scenarios", nil, nil)
	var known struct {
		Scenarios []struct{ Name, Description string }
	}
	if err != nil || json.Unmarshal(body, &known) != nil {
		return nil
	}
	for _, one := range known.Scenarios {
		names = append(names, printable(one.Name)+"\t"+printable(one.Description))
	}
	return names
}
