// SPDX-License-Identifier: Apache-2.0
using Hermetic.Store.Tests.Power;
using Xunit.Runner.InProc.SystemConsole;

// A test starts this program once more, with a recorder between it and its disk.
return args is [PowerWork.Command, string folder]
    ? await PowerWork.RunAsync(folder)
    : await ConsoleRunner.Run(args);
