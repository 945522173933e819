package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// build compiles pipesfake, the bare handler, and the version before if there is one to compare with.
func (b *bench) build(before string) error {
	if err := b.compile("..", "pipesfake"); err != nil {
		return err
	}
	if err := b.compile("limit", "limit"); err != nil {
		return err
	}
	if before == "" {
		return nil
	}
	if info, err := os.Stat(before); err == nil && info.Mode().IsRegular() {
		b.before, err = filepath.Abs(before)
		return err
	}
	return b.buildRevision(before)
}

// buildRevision compiles a revision of this repository in a work tree of its own.
func (b *bench) buildRevision(revision string) error {
	tree := filepath.Join(b.dir, "tree")
	if err := command(b.ctx, "git", "worktree", "add", "--detach", tree, revision); err != nil {
		return err
	}
	err := b.compile(tree, "before")
	// Also after an interrupt: the repository would go on listing the work tree.
	if removed := command(context.WithoutCancel(b.ctx), "git", "worktree", "remove", "--force", tree); err == nil {
		err = removed
	}
	b.before = filepath.Join(b.dir, "before")
	return err
}

// compile builds the command of a folder as releases are built.
func (b *bench) compile(folder, name string) error {
	output := filepath.Join(b.dir, name)
	return command(b.ctx, "go", "-C", folder, "build", "-trimpath", "-ldflags", "-s -w", "-o", output, ".")
}

// command runs a command to its end. What it prints is in the error.
func command(ctx context.Context, name string, args ...string) error {
	if output, err := exec.CommandContext(ctx, name, args...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s %v: %w: %s", name, args, err, output)
	}
	return nil
}
