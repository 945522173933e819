package command

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"example.com/pipesfake/internal/fields"
)

func newCompletion(p Process) *cobra.Command {
	shells := []string{"bash", "zsh", "fish", "powershell"}
	return &cobra.Command{
		Use: "completion SHELL", GroupID: groupOther, Short: "print the completion script of a shell",
		Long: "Print a script that completes commands, flags and scenarios: for bash, zsh, fish or powershell.\n" +
			"With bash, it needs the package bash-completion.",
		Example: "  source <(pipesfake completion bash)\n" +
			"  pipesfake completion zsh > \"${fpath[1]}/_pipesfake\"\n" +
			"  pipesfake completion fish > ~/.config/fish/completions/pipesfake.fish\n" +
			"  pipesfake completion powershell | Out-String | Invoke-Expression",
		ValidArgsFunction: cobra.FixedCompletions(shells, cobra.ShellCompDirectiveNoFileComp),
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case len(args) != 1:
				return usageErrorf("name one shell: %s", strings.Join(shells, ", "))
			case !slices.Contains(shells, args[0]):
				return usageErrorf("unknown shell %q%s: it is one of %s",
					args[0], fields.DidYouMean(args[0], shells), strings.Join(shells, ", "))
			}
			return nil
		},
		RunE: func(command *cobra.Command, args []string) error {
			root := command.Root()
			switch args[0] {
			case "bash":
				return root.GenBashCompletionV2(p.Stdout, true)
			case "zsh":
				return root.GenZshCompletion(p.Stdout)
			case "fish":
				return root.GenFishCompletion(p.Stdout, true)
			case "powershell":
				return root.GenPowerShellCompletionWithDesc(p.Stdout)
			}
			return fmt.Errorf("no script for %s", args[0])
		},
	}
}
