using System.Reflection;

namespace K8sScaleTest.Tests;

public sealed class OperationRecordTests
{
    private const string RecordType = "[K8sScaleTest.OperationRecord]";

    [Fact]
    public void Its_properties_are_the_engines_columns_in_their_order()
    {
        using var session = new ModuleSession();
        var record = (Type)session.Run(RecordType)[0].BaseObject;
        // The engine of this module, in its own load context.
        var engine = record.GetMethod("ToSample", BindingFlags.Instance | BindingFlags.NonPublic)!.ReturnType.Assembly;
        var columns = (IReadOnlyList<string>)engine.GetType("K8sScaleTest.Engine.Records.OperationColumns", throwOnError: true)!.GetField("Names")!.GetValue(null)!;
        Assert.Equal(37, columns.Count);
        Assert.Equal(columns, record.GetProperties().Select(property => property.Name));
        Assert.Equal(string.Join(' ', columns), session.Run($"{RecordType}.GetProperties().ForEach{{ $_.Name }} -join ' '")[0].ToString());
    }

    [Fact]
    public void Its_properties_are_flat_scalars_that_nobody_can_set()
    {
        using var session = new ModuleSession();
        var record = (Type)session.Run(RecordType)[0].BaseObject;
        Assert.True(record.IsSealed);
        Type[] scalars = [typeof(string), typeof(bool), typeof(int), typeof(long), typeof(double), typeof(DateTime)];
        foreach (var property in record.GetProperties())
        {
            Assert.Contains(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType, scalars);
            Assert.False(property.SetMethod?.IsPublic ?? false);
        }
    }

    [Fact]
    public void No_public_type_of_the_module_is_or_shows_one_of_the_engine()
    {
        using var session = new ModuleSession();
        var assembly = ((Type)session.Run(RecordType)[0].BaseObject).Assembly;
        foreach (var type in assembly.GetExportedTypes())
        {
            Assert.NotEqual("K8sScaleTest.Engine", type.BaseType?.Assembly.GetName().Name);
            foreach (var member in type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            {
                IEnumerable<Type> shown = member switch
                {
                    PropertyInfo property => [property.PropertyType],
                    FieldInfo field => [field.FieldType],
                    MethodInfo method => [method.ReturnType, .. method.GetParameters().Select(parameter => parameter.ParameterType)],
                    ConstructorInfo constructor => constructor.GetParameters().Select(parameter => parameter.ParameterType),
                    _ => [],
                };
                Assert.DoesNotContain(shown.SelectMany(Parts), part => part.Assembly.GetName().Name == "K8sScaleTest.Engine");
            }
        }

        static IEnumerable<Type> Parts(Type type) => type.HasElementType ? Parts(type.GetElementType()!) : type.GetGenericArguments().SelectMany(Parts).Append(type);
    }
}
