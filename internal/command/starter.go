package command

import (
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"
)

// starter is the scenario file that init writes.
//
//go:embed starter.yaml
var starter []byte

func newInit(p Process) *cobra.Command {
	return &cobra.Command{
		Use: "init [FILE]", GroupID: groupFiles, Short: "write a commented scenario file to start from",
		Long: "Write a commented scenario file to start from, scenarios.yaml if no other is named. " +
			"It never overwrites a file.",
		Example: "  pipesfake init\n  pipesfake init tests/scenarios.yaml",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usageErrorf("name one file, not %d", len(args))
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			file := defaultFile
			if len(args) > 0 {
				file = args[0]
			}
			if err := writeNew(file, starter); err != nil {
				return err
			}
			fmt.Fprintf(p.Stdout, "%s is written. Next:\n"+
				"  pipesfake serve --scenarios %[1]s\n"+
				"  pipesfake schema > scenarios.schema.json    (next to it, for your editor)\n", file)
			return nil
		},
	}
}

// writeNew writes a file that must not exist yet.
func writeNew(path string, content []byte) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s exists, and is not overwritten: name another file, as in pipesfake init new.yaml", path)
	}
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	return errors.Join(err, file.Close())
}
