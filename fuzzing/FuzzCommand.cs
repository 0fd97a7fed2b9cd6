// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Fuzzing;

/// <summary>The command line: `afl NAME` under afl-fuzz, `run NAME|all --inputs N --seed S` by ourselves, `one NAME
/// FILE`.</summary>
internal static class FuzzCommand
{
    public static int Run(string[] args, IReadOnlyList<IFuzzTarget> targets)
    {
        IFuzzTarget? named = args.Length > 1 ? targets.FirstOrDefault(target => target.Name == args[1]) : null;
        switch (args)
        {
            case ["list"]:
                foreach (IFuzzTarget target in targets)
                {
                    Console.WriteLine(target.Name);
                }

                return 0;
            case ["afl", _] when named is not null:
                SharpFuzz.Fuzzer.OutOfProcess.Run(stream =>
                {
                    using MemoryStream copy = new();
                    stream.CopyTo(copy);
                    named.Run(copy.GetBuffer().AsSpan(0, (int)copy.Length));
                });
                return 0;
            case ["one", _, string file] when named is not null:
                named.Run(File.ReadAllBytes(file));
                Console.WriteLine($"{named.Name}: {file} passes");
                return 0;
            case ["run", string name, .. string[] options] when name == "all" || named is not null:
                return MutationRun.Run(named is null ? targets : [named], options);
            default:
                Console.Error.WriteLine(
                    "usage: fuzz list | run NAME|all [--inputs N] [--seed S] [--corpus DIR] | one NAME FILE");
                return 2;
        }
    }
}
