// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Runtime.Versioning;
using Hermetic.Benchmarks;

[assembly: SupportedOSPlatform("linux")]

List<IBench> benches = [.. Assembly.GetExecutingAssembly().GetTypes()
    .Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IBench)))
    .Select(type => (IBench)Activator.CreateInstance(type)!)
    .OrderBy(bench => bench.Name, StringComparer.Ordinal)];

using CancellationTokenSource cancellation = new();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    cancellation.Cancel();
};

if (args.Length > 0 && benches.Find(bench => bench.Name == args[0]) is { } chosen)
{
    return await chosen.RunAsync(args[1..], cancellation.Token);
}

Console.Error.WriteLine(args.Length == 0 ? "usage: ./bench NAME [ARGUMENT…]" : $"bench: there is no '{args[0]}'");
foreach (IBench bench in benches)
{
    Console.Error.WriteLine($"  {bench.Name,-10} {bench.Summary}");
}

return 2;
