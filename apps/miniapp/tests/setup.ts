// SPDX-License-Identifier: MIT
import { configure } from '@testing-library/react';

// Ends what would wait for ever; how long a busy machine takes is nobody's fault.
configure({ asyncUtilTimeout: 30_000 });
