// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using Hermetic.Fuzzing;

List<IFuzzTarget> targets = [.. Assembly.GetExecutingAssembly().GetTypes()
    .Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IFuzzTarget)))
    .Select(type => (IFuzzTarget)Activator.CreateInstance(type)!)
    .OrderBy(target => target.Name, StringComparer.Ordinal)];
return FuzzCommand.Run(args, targets);
