// SPDX-License-Identifier: Apache-2.0

// Whole programs and calls mostly wait, for a line that carries 14,400 bit/s at most: more of them at once than there
// are processors makes the tests short and costs none of them its time.
[assembly: Xunit.v3.Parallelization(MaxThreads = 6)]
