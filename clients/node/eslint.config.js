import js from '@eslint/js';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['dist/**', 'src/control.ts', 'test/fixtures/**'] },
  js.configs.recommended,
  ...tseslint.configs.strict,
);
